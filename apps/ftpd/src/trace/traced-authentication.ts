import type { Authenticator } from '@ftpd/auth';
import type { FtpdModule } from '@ftpd/module';
import type { ServerTrace } from '@ftpd/server';

/** The module, whose accounts tell channel `auth` whom they are asked about; passwords are not told. */
export function withTracedAccounts(module: FtpdModule, trace: ServerTrace): FtpdModule {
  if (module.auth === undefined) return module;
  return {
    ...module,
    auth(directives, context) {
      const authenticator = module.auth?.(directives, context);
      return authenticator && tracedAuthenticator(authenticator, trace);
    },
  };
}

function tracedAuthenticator(authenticator: Authenticator, trace: ServerTrace): Authenticator {
  const { name } = authenticator;
  const asked = (request: string, user: string): void =>
    trace('auth', 6, () => `dispatching auth request "${request}" for '${user}' to module ${name}`);
  return {
    name,
    async lookUp(user) {
      asked('getpwnam', user);
      const account = await authenticator.lookUp(user);
      trace('auth', 5, () => `module ${name} ${account === undefined ? 'does not know' : 'knows'} '${user}'`);
      return account;
    },
    async verify(user, password, context) {
      asked('check', user);
      const verdict = await authenticator.verify(user, password, context);
      const reason = verdict.outcome === 'refused' ? ` (${verdict.reason})` : '';
      trace('auth', 5, () => `module ${name} answered for '${user}': ${verdict.outcome}${reason}`);
      return verdict;
    },
    userName: (uid) => authenticator.userName?.(uid),
    groupName: (gid) => authenticator.groupName?.(gid),
    groupId: (group) => authenticator.groupId?.(group),
    close: async () => authenticator.close?.(),
  };
}
