import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cryptPassword } from '@ftpd/posix';
import { servingIdentity, systemUsers } from '@ftpd/test-services';
import type { Authenticator } from '@ftpd/auth';
import { createUnixAuthenticator } from './unix-authenticator.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

const context = { remoteAddress: '192.0.2.1' };
const today = Math.floor(Date.now() / 86_400_000);
let pool: WorkerPool;
let authenticator: Authenticator;
beforeAll(() => {
  pool = createWorkerPool({ maxWorkers: 2, maxWorkersPerClient: 2 });
  authenticator = createUnixAuthenticator({ pool });
});
afterAll(async () => pool.close());

describe('accounts that every system has', () => {
  it('are found with their groups, without any password', async () => {
    expect(await authenticator.lookUp('root')).toMatchObject({
      user: 'root',
      uid: 0,
      gid: 0,
      group: 'root',
      groupIds: [0],
      groupNames: ['root'],
      home: '/root',
    });
  });

  it('are not found by names that passwd cannot hold', async () => {
    for (const name of ['', 'root:', 'root\n', 'root\0', 'r'.repeat(300), 'no-such-user', '\udcff'])
      expect(await authenticator.lookUp(name)).toBeUndefined();
  });

  it('give their names to listings once they are known', async () => {
    await authenticator.lookUp('root');
    expect([
      authenticator.userName?.(0),
      authenticator.groupName?.(0),
      authenticator.groupId?.('root'),
    ]).toEqual(['root', 'root', 0]);
  });
});

// Passwords are the superuser's to look at: CI runs as root.
describe.runIf(servingIdentity().isRoot)('accounts made for the test', () => {
  const users = systemUsers();
  afterAll(async () => users.remove());

  const hash = (setting: string, password = 'pw'): string => {
    const made = cryptPassword(Buffer.from(password), setting);
    if (made === undefined) throw new Error(`this system has no ${setting}`);
    return made;
  };
  const quick = '$6$rounds=1000$saltsalt';
  const outcome = async (user: string, password: string) => {
    const verdict = await authenticator.verify(user, password, context);
    return verdict.outcome === 'refused' ? verdict.reason : verdict.outcome;
  };

  it.each([
    ['yescrypt', '$y$j75$saltsaltsaltsalt'],
    ['SHA-512', quick],
    ['bcrypt', '$2b$04$abcdefghijklmnopqrstuu'],
    ['MD5', '$1$saltsalt'],
  ])('are opened by the right password alone, hashed with %s', async (_, setting) => {
    const user = await users.add({ hash: hash(setting) });
    expect([
      await outcome(user, 'pw'),
      await outcome(user, 'px'),
      await outcome(user, ''),
      await outcome(user, 'pw\0'),
      await outcome(user, 'pw'.repeat(300)),
    ]).toEqual(['accepted', 'wrong-password', 'wrong-password', 'wrong-password', 'wrong-password']);
  });

  it('are opened by passwords that are no UTF-8', async () => {
    const made = cryptPassword(Buffer.from([0xe9]), quick) ?? '';
    const user = await users.add({ hash: made });
    expect([await outcome(user, '\udce9'), await outcome(user, 'é')]).toEqual(['accepted', 'wrong-password']);
  });

  it.each([
    ['locked', { hash: `!${hash(quick)}` }, 'account-locked'],
    ['without a hash that could match', { hash: '*' }, 'account-locked'],
    ['expired', { hash: hash(quick), expireDay: today - 1 }, 'account-expired'],
    ['expired today', { hash: hash(quick), expireDay: today }, 'account-expired'],
    ['expired on day 0, which means never', { hash: hash(quick), expireDay: 0 }, 'accepted'],
    ['due to expire tomorrow', { hash: hash(quick), expireDay: today + 1 }, 'accepted'],
    ['with an old password', { hash: hash(quick), lastChangeDay: today - 99, maxDays: 30 }, 'accepted'],
    [
      'inactive',
      { hash: hash(quick), lastChangeDay: today - 99, maxDays: 30, inactiveDays: 5 },
      'password-expired',
    ],
    [
      'in their last days',
      { hash: hash(quick), lastChangeDay: today - 33, maxDays: 30, inactiveDays: 5 },
      'accepted',
    ],
    ['whose password must be changed', { hash: hash(quick), lastChangeDay: 0 }, 'accepted'],
  ] as const)('say what ProFTPD says when they are %s', async (_, options, expected) => {
    const user = await users.add(options);
    expect(await outcome(user, 'pw')).toBe(expected);
  });

  it('have the groups of the name service, the primary first', async () => {
    const group = await users.addGroup();
    const user = await users.add({ groups: [group] });
    const account = await authenticator.lookUp(user);
    expect(account).toMatchObject({ group: 'nogroup', groupNames: ['nogroup', group], shell: '/bin/bash' });
    expect(account?.groupIds).toHaveLength(2);
  });

  it('are not opened without a password when they have none', async () => {
    const user = await users.add({ hash: '' });
    expect([await outcome(user, ''), await outcome(user, 'x')]).toEqual([
      'no-password-set',
      'no-password-set',
    ]);
  });

  it('have a new password from the moment on that it is changed', async () => {
    const before = await users.add({ hash: hash(quick) });
    expect(await outcome(before, 'pw')).toBe('accepted');
    await users.remove();
    expect(await outcome(before, 'pw')).toBe('unknown');
  });

  it('get every answer right in 600 logins at once of 20 users', async () => {
    const names = await Promise.all(
      Array.from({ length: 20 }, async (_, at) =>
        users.add({ hash: hash(at % 4 === 0 ? '$y$j75$saltsaltsaltsalt' : quick, `pw${at}`) }),
      ),
    );
    const verdicts = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        const user = names[at % 20] ?? '';
        const isRight = at % 3 !== 0;
        const from = { remoteAddress: `192.0.2.${at % 30}` };
        const verdict = await authenticator.verify(
          user,
          isRight ? `pw${at % 20}` : `pw${(at + 1) % 20}`,
          from,
        );
        const isRightAccount = verdict.outcome !== 'accepted' || verdict.account.user === user;
        return (verdict.outcome === 'accepted') === isRight && isRightAccount;
      }),
    );
    expect(verdicts.filter((isCorrect) => !isCorrect)).toEqual([]);
  }, 60_000);
});
