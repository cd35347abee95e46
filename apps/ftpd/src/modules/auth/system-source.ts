import type { Account, Authenticator, PasswordCheck, Verdict } from '@ftpd/auth';
import { createNameCache, createPamCheck, createUnixAuthenticator } from '@ftpd/auth-system';
import type { KeeperClient } from '../../keeper/request.ts';
import { checkPamRequest, closePamRequest } from '../../keeper/requests/pam.ts';
import {
  checkSystemPasswordRequest,
  findGroupRequest,
  findUserRequest,
} from '../../keeper/requests/system-accounts.ts';
import type { Surroundings } from '../../surroundings.ts';
import { accountPool, pamPool } from './system-pools.ts';

/** The accounts of the system: through the keeper where there is one, else as far as this process may. */
export function systemAuthenticator({ keeper }: Surroundings): Authenticator {
  return keeper === undefined ? createUnixAuthenticator({ pool: accountPool() }) : keptAuthenticator(keeper);
}

function keptAuthenticator(keeper: KeeperClient): Authenticator {
  const findUser = async (key: { user: string } | { uid: number }): Promise<Account | undefined> =>
    (await keeper.ask(findUserRequest, key)) ?? undefined;
  const cache = createNameCache({
    userName: async (uid) => (await findUser({ uid }))?.user,
    groupName: async (gid) => (await keeper.ask(findGroupRequest, { gid }))?.name,
    groupId: async (group) => (await keeper.ask(findGroupRequest, { group }))?.gid,
  });
  return {
    name: 'mod_auth_unix',
    async lookUp(user) {
      const account = isAskable(user) ? await findUser({ user }) : undefined;
      if (account !== undefined) cache.remember(account);
      return account;
    },
    async verify(user, password, { remoteAddress }) {
      if (!isAskable(user)) return { outcome: 'unknown' };
      if (!isAskable(password)) return { outcome: 'refused', reason: 'wrong-password' };
      try {
        return toVerdict(await keeper.ask(checkSystemPasswordRequest, { user, password, remoteAddress }));
      } catch (cause) {
        return { outcome: 'unavailable', cause };
      }
    },
    userName: cache.userName,
    groupName: cache.groupName,
    groupId: cache.groupId,
  };
}

export interface PamSource {
  readonly service: string;
  readonly hasTty: boolean;
  readonly onMessage: (text: string) => void;
}

/** PAM: through the keeper where there is one, which logs what PAM says itself. */
export function pamCheck({ keeper }: Surroundings, source: PamSource): PasswordCheck {
  return keeper === undefined ? createPamCheck({ pool: pamPool(), ...source }) : keptPamCheck(keeper, source);
}

function keptPamCheck(keeper: KeeperClient, { service, hasTty, onMessage }: PamSource): PasswordCheck {
  const close = (session: number): void => {
    keeper.ask(closePamRequest, { session }).catch((error: unknown) => onMessage(String(error)));
  };
  return {
    name: 'mod_auth_pam',
    async check({ user }, password, { remoteAddress, signal }) {
      if (!isAskable(user) || !isAskable(password)) return { outcome: 'refused', reason: 'wrong-password' };
      try {
        const opensSession = signal !== undefined;
        const input = { service, hasTty, user, password, remoteAddress, opensSession };
        const { session, ...verdict } = await keeper.ask(checkPamRequest, input);
        if (session !== undefined) {
          if (signal === undefined || signal.aborted) close(session);
          else signal.addEventListener('abort', () => close(session), { once: true });
        }
        return verdict;
      } catch (cause) {
        return { outcome: 'unavailable', cause };
      }
    },
  };
}

function toVerdict(answer: Verdict): Verdict {
  return answer;
}

/** What the keeper takes: anything else is no name and no password of this system. */
function isAskable(text: string): boolean {
  return text.length <= 1024 && !text.includes('\0');
}
