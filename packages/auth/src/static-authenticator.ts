import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Account, Authenticator } from './authenticator.ts';
import { encodeRaw } from './raw-text.ts';

export interface StaticAccount {
  readonly user: string;
  readonly password: string;
  /** Default: `/`. */
  readonly home?: string;
  /** Numbers that listings show. Default: 65534, the number of nobody. */
  readonly uid?: number;
  readonly gid?: number;
  /** Name of the primary group. Default: none. */
  readonly group?: string;
}

export interface StaticAuthenticatorOptions {
  readonly accounts: readonly StaticAccount[];
}

const nobody = 65_534;

/** Accounts given by the program itself, for embedded servers and tests. Passwords are compared in constant time. */
export function createStaticAuthenticator({ accounts }: StaticAuthenticatorOptions): Authenticator {
  const key = randomBytes(32);
  const digest = (password: string): Buffer => createHmac('sha256', key).update(encodeRaw(password)).digest();
  const known = new Map(
    accounts.map((account) => [
      account.user,
      { account: toAccount(account), digest: digest(account.password) },
    ]),
  );
  const matchesNothing = randomBytes(32);

  return {
    name: 'static',
    lookUp: (user) => Promise.resolve(known.get(user)?.account),
    verify(user, password) {
      const entry = known.get(user);
      const isMatch = timingSafeEqual(digest(password), entry?.digest ?? matchesNothing);
      if (entry === undefined) return Promise.resolve({ outcome: 'unknown' });
      return Promise.resolve(
        isMatch
          ? { outcome: 'accepted', account: entry.account }
          : { outcome: 'refused', reason: 'wrong-password' },
      );
    },
    userName: (uid) => accounts.find((account) => (account.uid ?? nobody) === uid)?.user,
    groupName: (gid) => accounts.find((account) => (account.gid ?? nobody) === gid)?.group,
    groupId: (name) => accounts.find(({ group }) => group === name)?.gid,
  };
}

function toAccount({ user, home = '/', uid = nobody, gid = nobody, group }: StaticAccount): Account {
  return {
    user,
    uid,
    gid,
    ...(group === undefined ? {} : { group }),
    groupNames: group === undefined ? [] : [group],
    groupIds: [gid],
    comment: '',
    home,
    shell: '',
  };
}
