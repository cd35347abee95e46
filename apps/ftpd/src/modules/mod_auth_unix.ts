import type { Authenticator } from '@ftpd/auth';
import { defineModule, type DirectiveReader, type FtpdModule, type ModuleContext } from '@ftpd/module';
import { posixSupport } from '@ftpd/posix';
import { createSystemAccounts, type SystemAccounts } from '../policy/system-accounts.ts';
import type { Surroundings } from '../surroundings.ts';
import { authUnixOptions, persistentPasswd } from './auth/system-rows.ts';
import { hasMoreSources } from './auth/name-sources.ts';
import { authOrder } from './auth/order.ts';
import { magicRoot } from './auth/magic-root.ts';
import { systemAuthenticator } from './auth/system-source.ts';

/** Accounts of this system. */
export function modAuthUnix(surroundings: Surroundings): FtpdModule {
  return defineModule({
    name: 'mod_auth_unix',
    apiVersion: 1,
    directives: [persistentPasswd, authUnixOptions],
    auth(directives, context) {
      if (!isInReach(surroundings, directives, context)) return undefined;
      const system = explained(systemAuthenticator(surroundings), context);
      const files = createSystemAccounts();
      const accounts = directives.first(persistentPasswd)
        ? fromFilesOnly(system, files)
        : filesFirst(system, files);
      return directives.first(authUnixOptions)?.has('MagicTokenChroot') === true
        ? withMagicRoots(accounts)
        : accounts;
    },
  });
}

/** Where system calls can't be made, and nobody asks for these accounts, the other modules are all there is. */
function isInReach({ role }: Surroundings, directives: DirectiveReader, { log }: ModuleContext): boolean {
  const { isAvailable, reason } = role === 'single' ? posixSupport() : { isAvailable: true };
  if (isAvailable) return true;
  if (directives.first(authOrder)?.some(({ module }) => module === 'mod_auth_unix') === true)
    log('warning', `mod_auth_unix: accounts of the system are out of reach: ${reason}`);
  return false;
}

const texts: Readonly<Record<string, string>> = {
  'account-expired': 'password expiration',
  'password-expired': 'inactivity',
};

/** Says in the log why an account may not be used, in ProFTPD's words. */
function explained(system: Authenticator, { log }: ModuleContext): Authenticator {
  return {
    ...system,
    async verify(user, password, context) {
      const verdict = await system.verify(user, password, context);
      const why = verdict.outcome === 'refused' ? texts[verdict.reason] : undefined;
      if (why !== undefined) log('notice', `account for user '${user}' disabled due to ${why}`);
      return verdict;
    },
  };
}

/** PersistentPasswd: who is not in the files is not known, whatever the name service says. */
function fromFilesOnly(system: Authenticator, files: SystemAccounts): Authenticator {
  return {
    ...system,
    lookUp: (user) => Promise.resolve(files.user(user)),
    async verify(user, password, context) {
      const account = files.user(user);
      // Asked also for users that are not in the files: the time must not tell who is.
      const verdict = await system.verify(user, password, context);
      if (account === undefined) return { outcome: 'unknown' };
      return verdict.outcome === 'accepted' ? { outcome: 'accepted', account } : verdict;
    },
    userName: (uid) => files.userName(uid),
    groupName: (gid) => files.groupName(gid),
    groupId: (name) => files.groupId(name),
  };
}

/** Names for listings: the files have nearly all, and the name service is asked for the others if it has sources more. */
function filesFirst(system: Authenticator, files: SystemAccounts): Authenticator {
  const more: Pick<Authenticator, 'userName' | 'groupName' | 'groupId'> = hasMoreSources() ? system : {};
  return {
    ...system,
    userName: (uid) => files.userName(uid) ?? more.userName?.(uid),
    groupName: (gid) => files.groupName(gid) ?? more.groupName?.(gid),
    groupId: (name) => files.groupId(name) ?? more.groupId?.(name),
  };
}

function withMagicRoots(accounts: Authenticator): Authenticator {
  return {
    ...accounts,
    async lookUp(user) {
      const account = await accounts.lookUp(user);
      return account && magicRoot(account);
    },
    async verify(user, password, context) {
      const verdict = await accounts.verify(user, password, context);
      return verdict.outcome === 'accepted' ? { ...verdict, account: magicRoot(verdict.account) } : verdict;
    },
  };
}
