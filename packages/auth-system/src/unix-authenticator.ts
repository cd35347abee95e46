import type { Account, Authenticator, Verdict } from '@ftpd/auth';
import { SystemAuthError, isSystemAuthError } from './errors.ts';
import { createNameCache, type NameCacheOptions, type NameSource } from './name-cache.ts';
import type { UnixAnswer, UserKey } from './worker-protocol.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface UnixAuthenticatorOptions {
  /** The processes that ask the system. Whoever made the pool closes it. */
  readonly pool: WorkerPool;
  readonly names?: NameCacheOptions;
}

/**
 * The accounts of the system (ProFTPD mod_auth_unix): passwd and group through the name service, passwords through
 * shadow and crypt(3). Every question is asked in a process of the pool, so that a name service which hangs stalls
 * nobody else. The program must be root, or may not read shadow and verifies nobody.
 */
export function createUnixAuthenticator({ pool, names }: UnixAuthenticatorOptions): Authenticator {
  const find = async (key: UserKey): Promise<Account | undefined> =>
    (await pool.run('find-user', key)).output;
  const cache = createNameCache(poolNames(pool), names);

  return {
    name: 'mod_auth_unix',
    async lookUp(user) {
      const account = isPossibleName(user) ? await find({ user }) : undefined;
      if (account !== undefined) cache.remember(account);
      return account;
    },
    async verify(user, password, { remoteAddress, signal }) {
      if (!isPossibleName(user)) return { outcome: 'unknown' };
      try {
        const work = { remoteAddress, ...(signal === undefined ? {} : { signal }) };
        return toVerdict((await pool.run('check-unix', { user, password }, work)).output);
      } catch (cause) {
        return failureVerdict(cause);
      }
    },
    userName: cache.userName,
    groupName: cache.groupName,
    groupId: cache.groupId,
  };
}

/** Names and numbers as the name service has them. */
export function poolNames(pool: Pick<WorkerPool, 'run'>): NameSource {
  return {
    userName: async (uid) => (await pool.run('find-user', { uid })).output?.user,
    groupName: async (gid) => (await pool.run('find-group', { gid })).output?.name,
    groupId: async (group) => (await pool.run('find-group', { group })).output?.gid,
  };
}

/** A name that could be in passwd(5); others are not worth a question. */
export function isPossibleName(user: string): boolean {
  return user !== '' && user.length <= 256 && !/[\0\n:]/.test(user);
}

function toVerdict(answer: UnixAnswer): Verdict {
  if (answer.outcome !== 'no-shadow') return answer;
  return { outcome: 'unavailable', cause: new SystemAuthError('SYSTEM_AUTH_NO_SHADOW') };
}

export function failureVerdict(cause: unknown): Extract<Verdict, { outcome: 'refused' | 'unavailable' }> {
  const isCrowded =
    isSystemAuthError(cause) && (cause.code === 'SYSTEM_AUTH_BUSY' || cause.code === 'SYSTEM_AUTH_ABORTED');
  return isCrowded ? { outcome: 'refused', reason: 'busy' } : { outcome: 'unavailable', cause };
}
