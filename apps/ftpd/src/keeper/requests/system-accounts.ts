import type { Account, Verdict } from '@ftpd/auth';
import { createUnixAuthenticator, type SystemGroup } from '@ftpd/auth-system';
import { accountPool } from '../../modules/auth/system-pools.ts';
import { readFields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperRequest } from '../request.ts';

/** Longer than any deadline of the processes that ask the system: a crowd waits for its turn. */
const deadlineMs = 60_000;
const maxParallel = 4096;

/** getpwnam(3), getpwuid(3): everybody may ask that, but not everybody has the name service's connections. */
export const findUserRequest: KeeperRequest<
  { readonly user: string } | { readonly uid: number },
  Account | null
> = {
  name: 'find-user',
  deadlineMs,
  maxParallel,
  check: (input) =>
    isObject(input) && 'uid' in input
      ? readFields(input, { uid: 'id' })
      : readFields(input, { user: 'text' }),
  async handle(key, { signal }) {
    return { value: (await accountPool().run('find-user', key, { signal })).output ?? null };
  },
};

export const findGroupRequest: KeeperRequest<
  { readonly group: string } | { readonly gid: number },
  SystemGroup | null
> = {
  name: 'find-group',
  deadlineMs,
  maxParallel,
  check: (input) =>
    isObject(input) && 'gid' in input
      ? readFields(input, { gid: 'id' })
      : readFields(input, { group: 'text' }),
  async handle(key, { signal }) {
    return { value: (await accountPool().run('find-group', key, { signal })).output ?? null };
  },
};

/** What an authenticator says, as JSON can carry it. An outage is an error of the request. */
export type SystemVerdict = Exclude<Verdict, { outcome: 'unavailable' }>;

/** Whether a password is that of a system account; the hash stays in the keeper's processes. */
export const checkSystemPasswordRequest: KeeperRequest<
  { readonly user: string; readonly password: string; readonly remoteAddress: string },
  SystemVerdict
> = {
  name: 'check-system-password',
  deadlineMs,
  maxParallel,
  check: (input) => readFields(input, { user: 'text', password: 'text', remoteAddress: 'text' }),
  async handle({ user, password, remoteAddress }, { signal, log }) {
    const authenticator = createUnixAuthenticator({ pool: accountPool() });
    const verdict = await authenticator.verify(user, password, { remoteAddress, signal });
    if (verdict.outcome !== 'unavailable') return { value: verdict };
    log('error', `mod_auth_unix: ${String(verdict.cause)}`);
    throw new KeeperError('KEEPER_FAILED', 'check-system-password', verdict.cause);
  },
};

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null;
}
