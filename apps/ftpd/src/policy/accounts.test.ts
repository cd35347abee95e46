import type { Account, Authenticator } from '@ftpd/auth';
import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../test/configuration-of.ts';
import { createAccounts } from './accounts.ts';

const context: ModuleContext = {
  servers: [],
  everywhere: () => [],
  isReload: false,
  serverNamed: () => undefined,
  clientName: () => '',
  log: () => {},
  trace: () => {},
  caches: { of: () => Promise.resolve(undefined) },
  poolSecret: () => Promise.resolve(undefined),
};

function source(name: string, ...users: readonly string[]): Authenticator {
  const accountOf = (user: string): Account | undefined =>
    users.includes(user)
      ? { user, uid: 1000, gid: 1000, groupNames: [], groupIds: [1000], comment: name, home: '/', shell: '' }
      : undefined;
  return {
    name,
    lookUp: async (user) => accountOf(user),
    async verify(user) {
      const account = accountOf(user);
      return account === undefined ? { outcome: 'unknown' } : { outcome: 'accepted', account };
    },
  };
}

const modules = [
  defineModule({ name: 'mod_one', apiVersion: 1, auth: () => source('one', 'alice', 'both') }),
  defineModule({ name: 'mod_two', apiVersion: 1, auth: () => source('two', 'bob', 'both') }),
  defineModule({ name: 'mod_without', apiVersion: 1 }),
];

/** Finds no password right. */
const refusing = defineModule({
  name: 'mod_check',
  apiVersion: 1,
  passwordCheck: () => ({
    name: 'mod_check',
    check: () => Promise.resolve({ outcome: 'refused', reason: 'account-expired' }),
  }),
});
/** Finds every password right, of whoever others know. */
const accepting = defineModule({
  ...refusing,
  passwordCheck: () => ({ name: 'mod_check', check: () => Promise.resolve({ outcome: 'accepted' }) }),
});
const closed = defineModule({
  name: 'mod_closed',
  apiVersion: 1,
  auth: () => ({
    ...source('closed', 'carol'),
    verify: (user) =>
      Promise.resolve(
        user === 'carol' ? { outcome: 'refused', reason: 'wrong-password' } : { outcome: 'unknown' },
      ),
  }),
});

async function whoKnows(order: string, user: string, more: readonly FtpdModule[] = []): Promise<string> {
  const configuration = await configurationOf(order);
  const accounts = createAccounts([...modules, ...more], context);
  const verdict = await accounts
    .of(configuration.scope({ server: configuration.servers[0] }))
    .verify(user, 'x', { remoteAddress: '192.0.2.1' });
  return verdict.outcome === 'accepted' ? verdict.account.comment : verdict.outcome;
}

describe('AuthOrder', () => {
  it.each([
    ['', 'both', 'one'],
    ['', 'bob', 'two'],
    ['AuthOrder mod_two.c mod_one.c', 'both', 'two'],
    ['AuthOrder mod_two.c', 'alice', 'unknown'],
    ['AuthOrder mod_one.c* mod_two.c', 'bob', 'unknown'],
    ['AuthOrder mod_gone.c mod_two.c', 'bob', 'two'],
    ['AuthOrder mod_gone.c* mod_two.c', 'bob', 'unknown'],
    ['AuthOrder mod_one.c mod_gone.c* mod_two.c', 'bob', 'unknown'],
    ['AuthOrder mod_without.c', 'bob', 'unknown'],
  ])('%j: %s is known to %s', async (order, user, expected) => {
    expect(await whoKnows(order, user)).toBe(expected);
  });

  // Measured with mod_auth_pam of ProFTPD 1.3.8.
  it.each([
    ['', 'carol', accepting, 'closed'],
    ['AuthOrder mod_closed.c mod_check.c', 'carol', accepting, 'closed'],
    ['AuthOrder mod_closed.c', 'carol', accepting, 'refused'],
    ['AuthOrder mod_check.c', 'carol', accepting, 'unknown'],
    ['AuthOrder mod_check.c* mod_closed.c', 'carol', accepting, 'closed'],
    ['AuthOrder mod_check.c* mod_closed.c', 'nobody', accepting, 'unknown'],
    ['AuthOrder mod_check.c mod_one.c', 'alice', refusing, 'one'],
    ['AuthOrder mod_check.c* mod_one.c', 'alice', refusing, 'refused'],
    ['AuthOrder mod_one.c mod_check.c*', 'alice', refusing, 'refused'],
  ])('%j with a check of passwords: %s', async (order, user, check, expected) => {
    expect(await whoKnows(order, user, [closed, check])).toBe(expected);
  });

  it('tells which modules are not here', async () => {
    const configuration = await configurationOf('AuthOrder mod_gone.c mod_two.c');
    const accounts = createAccounts(modules, context);
    accounts.of(configuration.scope({ server: configuration.servers[0] }));
    expect([...accounts.missing]).toEqual(['mod_gone']);
  });
});
