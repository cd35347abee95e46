import type { Socket } from 'node:net';
import type { ControlClient } from '@ftpd/module';
import { peerCredentials, posixSupport, type PeerCredentials } from '@ftpd/posix';
import type { Account } from '@ftpd/auth';
import { findGroupRequest, findUserRequest } from '../keeper/requests/system-accounts.ts';
import { hasMoreSources } from '../modules/auth/name-sources.ts';
import { accountPool } from '../modules/auth/system-pools.ts';
import { createSystemAccounts } from '../policy/system-accounts.ts';
import type { Surroundings } from '../surroundings.ts';

/** Finds out who is at the other end of a connection. Rejects if the system can't say. */
export type IdentifyClient = (socket: Socket) => Promise<ControlClient>;

/** Accounts by number, wherever the machine has them. */
export interface AccountsByNumber {
  user(uid: number): Promise<Account | undefined>;
  groupName(gid: number): Promise<string | undefined>;
}

/** @param credentials - What the kernel says. Default: SO_PEERCRED, or whose the process is where it can't be asked. */
export function createIdentifyClient(
  accounts: AccountsByNumber,
  credentials: (socket: Socket) => PeerCredentials = credentialsOf,
): IdentifyClient {
  return async (socket) => {
    const { pid, uid, gid } = credentials(socket);
    const [account, ownGroup] = await Promise.all([accounts.user(uid), accounts.groupName(gid)]);
    const groups = [...(ownGroup === undefined ? [] : [ownGroup]), ...(account?.groupNames ?? [])];
    return {
      pid,
      uid,
      gid,
      ...(account === undefined ? {} : { user: account.user }),
      groups: [...new Set(groups)],
    };
  };
}

function credentialsOf(socket: Socket): PeerCredentials {
  if (posixSupport().isAvailable) {
    // Node has no public way to the descriptor.
    const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
    if (typeof handle?.fd !== 'number' || handle.fd < 0) throw new Error('the connection is closed');
    return peerCredentials(handle.fd);
  }
  // The mode of the socket lets in root and the account that this process serves as, who can do as much anyway.
  return { pid: 0, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** The accounts of the machine: from the files, and from the name service if it has sources more. */
export function accountsByNumber({ keeper }: Surroundings): AccountsByNumber {
  const files = createSystemAccounts();
  const inFiles = (uid: number): Account | undefined => {
    const name = files.userName(uid);
    return name === undefined ? undefined : files.user(name);
  };
  if (!hasMoreSources() || (keeper === undefined && !posixSupport().isAvailable)) {
    return {
      user: (uid) => Promise.resolve(inFiles(uid)),
      groupName: (gid) => Promise.resolve(files.groupName(gid)),
    };
  }
  return keeper === undefined
    ? {
        user: async (uid) => (await accountPool().run('find-user', { uid })).output,
        groupName: async (gid) => (await accountPool().run('find-group', { gid })).output?.name,
      }
    : {
        user: async (uid) => (await keeper.ask(findUserRequest, { uid })) ?? undefined,
        groupName: async (gid) => (await keeper.ask(findGroupRequest, { gid }))?.name,
      };
}
