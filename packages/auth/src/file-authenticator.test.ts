import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from './crypt/password-hash.ts';
import { createFileAuthenticator } from './file-authenticator.ts';
import { parseFileRestrictions } from './file-restrictions.ts';
import { inlineHasher, type PasswordHasher } from './hasher.ts';

const folder = mkdtempSync(join(tmpdir(), 'auth-file-'));
const userFile = join(folder, 'users');
const groupFile = join(folder, 'groups');
afterAll(() => rmSync(folder, { recursive: true }));

const context = { remoteAddress: '192.0.2.1' };
const md5 = hashPassword('pw', 'md5');
const line = (user: string, hash = md5, uid = 1000, gid = 1000): string =>
  `${user}:${hash}:${uid}:${gid}:C:/h/${user}:/bin/sh\n`;

/** Counts the hashes, by the hash that was asked for. */
function countingHasher(): PasswordHasher & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    check(password, stored, context_) {
      asked.push(stored);
      return inlineHasher.check(password, stored, context_);
    },
  };
}

const open = (options: Partial<Parameters<typeof createFileAuthenticator>[0]> = {}) =>
  createFileAuthenticator({ userFile, groupFile, hasher: inlineHasher, ...options });

beforeEach(() => {
  writeFileSync(
    userFile,
    [
      line('bob'),
      line('bob', hashPassword('second', 'md5'), 2000),
      line('locked', `!${md5}`),
      line('star', '*'),
      line('none', ''),
      line('shadow', 'x'),
      line('odd', '$y$j9T$abc$def'),
      line('costly', `$6$rounds=999999999$ab$${'a'.repeat(86)}`),
      line('empty', hashPassword('', 'md5')),
      line('r\udce9'),
    ].join(''),
  );
  writeFileSync(
    groupFile,
    'g1:x:1000:\ng2:x:2000:alice,bob\ng3:x:3000\n\nbad:x:y:bob\ng6:x:6000:bob\ng6:x:6001:bob\ng8:x:6000:bob\ng9:x:1000:bob\n',
  );
});

describe('a user of an AuthUserFile', () => {
  it('is accepted with the password of the first entry, and has the groups that ProFTPD gives', async () => {
    expect(await open().verify('bob', 'pw', context)).toEqual({
      outcome: 'accepted',
      account: {
        user: 'bob',
        uid: 1000,
        gid: 1000,
        group: 'g1',
        groupNames: ['g1', 'g2', 'g6', 'g8', 'g9'],
        groupIds: [1000, 2000, 6000, 6001],
        comment: 'C',
        home: '/h/bob',
        shell: '/bin/sh',
      },
    });
  });

  it.each([
    ['bob', 'second', { outcome: 'refused', reason: 'wrong-password' }],
    ['bob', '', { outcome: 'refused', reason: 'wrong-password' }],
    ['bob', 'pw\0', { outcome: 'refused', reason: 'wrong-password' }],
    ['locked', 'pw', { outcome: 'refused', reason: 'account-locked' }],
    ['star', '*', { outcome: 'refused', reason: 'account-locked' }],
    ['none', '', { outcome: 'refused', reason: 'no-password-set' }],
    ['none', 'any', { outcome: 'refused', reason: 'no-password-set' }],
    ['shadow', 'x', { outcome: 'refused', reason: 'no-password-set' }],
    ['odd', 'pw', { outcome: 'unavailable', cause: { code: 'AUTH_HASH_UNSUPPORTED' } }],
    ['costly', 'pw', { outcome: 'unavailable', cause: { code: 'AUTH_HASH_TOO_COSTLY' } }],
    ['empty', '', { outcome: 'accepted' }],
    ['BOB', 'pw', { outcome: 'unknown' }],
    ['', '', { outcome: 'unknown' }],
    ['bob\0', 'pw', { outcome: 'unknown' }],
    ['__proto__', 'pw', { outcome: 'unknown' }],
  ])('%j with %j: %j', async (user, password, verdict) => {
    expect(await open().verify(user, password, context)).toMatchObject(verdict);
  });

  it('is refused with a password of 64 KiB', async () => {
    expect(await open().verify('bob', 'p'.repeat(65_536), context)).toEqual({
      outcome: 'refused',
      reason: 'wrong-password',
    });
  });

  it('without a hash is accepted with any password where that is asked for, as in ProFTPD 1.3.8', async () => {
    const authenticator = open({ acceptsEmptyHash: true });
    expect(await authenticator.verify('none', 'any', context)).toMatchObject({ outcome: 'accepted' });
    expect(await authenticator.verify('locked', 'any', context)).toMatchObject({ outcome: 'refused' });
  });

  it('costs one hash of the same kind, known or not, locked or not', async () => {
    const hasher = countingHasher();
    const authenticator = open({ hasher });
    for (const user of ['bob', 'nobody-here', 'locked', 'none', 'costly']) {
      hasher.asked.length = 0;
      await authenticator.verify(user, 'wrong', context);
      expect(hasher.asked).toEqual([expect.stringMatching(/^\$1\$[./\w]{8}\$[./\w]{22}$/)]);
    }
  });

  it('is refused as busy when the hasher has no room, known or not', async () => {
    const authenticator = open({ hasher: { check: () => Promise.resolve('busy') } });
    for (const user of ['bob', 'nobody-here', 'locked']) {
      expect(await authenticator.verify(user, 'pw', context)).toEqual({ outcome: 'refused', reason: 'busy' });
    }
  });

  it('who does not meet the restrictions is unknown', async () => {
    const authenticator = open({
      userRestrictions: parseFileRestrictions('user', ['name', '!^l']),
      groupRestrictions: parseFileRestrictions('group', ['id', '2000-2500']),
    });
    expect(await authenticator.verify('locked', 'pw', context)).toEqual({ outcome: 'unknown' });
    expect(await authenticator.lookUp('bob')).toMatchObject({ groupNames: ['g2'], groupIds: [1000, 2000] });
  });

  it('is found by name and number, also with bytes that are no UTF-8', async () => {
    writeFileSync(userFile, Buffer.concat([Buffer.from([0x72, 0xe9]), Buffer.from(line('').slice(0))]));
    const authenticator = open();
    expect(authenticator.userName?.(1000)).toBeUndefined();
    expect(await authenticator.lookUp('r\udce9')).toMatchObject({ uid: 1000 });
    expect(await authenticator.lookUp('ré')).toBeUndefined();
    expect(authenticator.userName?.(1000)).toBe('r\udce9');
    expect([
      authenticator.groupName?.(6000),
      authenticator.groupId?.('g3'),
      authenticator.groupId?.('bad'),
    ]).toEqual(['g6', 3000, undefined]);
  });
});

describe('a changed AuthUserFile', () => {
  it('counts from the next login on, even within one tick of the clock', async () => {
    const authenticator = open();
    expect(await authenticator.lookUp('new')).toBeUndefined();
    for (let n = 0; n < 20; n += 1) {
      writeFileSync(userFile, line(`new${n % 10}`, md5, 1000 + n));
      expect(await authenticator.lookUp(`new${n % 10}`)).toMatchObject({ uid: 1000 + n });
    }
  });

  it('is noticed when a file of the same size and time takes its place', async () => {
    const old = new Date(Date.now() - 100_000);
    utimesSync(userFile, old, old);
    const authenticator = open();
    const before = await authenticator.lookUp('bob');
    writeFileSync(`${userFile}.new`, line('eve').padEnd(40, '#'));
    truncateSync(`${userFile}.new`, 40);
    utimesSync(`${userFile}.new`, old, old);
    renameSync(`${userFile}.new`, userFile);
    expect(before).toBeDefined();
    expect(await authenticator.lookUp('bob')).toBeUndefined();
  });

  it('is not read again while it stays as it is', async () => {
    const old = new Date(Date.now() - 100_000);
    utimesSync(userFile, old, old);
    const problems: string[] = [];
    const authenticator = open({
      onProblem: (path, { text }) => problems.push(`${path === groupFile ? 'group' : 'user'} ${text}`),
    });
    await authenticator.load();
    await Promise.all(Array.from({ length: 20 }, () => authenticator.lookUp('bob')));
    expect(problems).toEqual([
      'group Malformed entry in AuthGroupFile file (line 4)',
      "group AuthGroupFile: non-numeric GID field 'y' for group 'bad' (line 5)",
    ]);
    appendFileSync(userFile, 'junk\n');
    await authenticator.lookUp('bob');
    expect(problems.at(-1)).toBe('user Malformed entry in AuthUserFile file (field count 1 != 7, line 11)');
  });

  it('that is gone makes logins unavailable, not unknown, and comes back', async () => {
    const authenticator = open();
    await authenticator.load();
    unlinkSync(userFile);
    expect(await authenticator.verify('bob', 'pw', context)).toMatchObject({
      outcome: 'unavailable',
      cause: { code: 'AUTH_FILE_UNREADABLE' },
    });
    await expect(authenticator.lookUp('bob')).rejects.toMatchObject({ code: 'AUTH_FILE_UNREADABLE' });
    expect(authenticator.userName?.(1000)).toBe('bob');
    writeFileSync(userFile, line('bob'));
    expect(await authenticator.verify('bob', 'pw', context)).toMatchObject({ outcome: 'accepted' });
  });
});

it('lists the lines that give no entry for a syntax check', async () => {
  writeFileSync(userFile, 'junk\n');
  expect(
    (await open().load()).map(
      ({ path, problem }) => `${path === userFile ? 'user' : 'group'} ${problem.line}`,
    ),
  ).toEqual(['user 1', 'group 4', 'group 5']);
});

it('knows no user without an AuthUserFile', async () => {
  const authenticator = createFileAuthenticator({ groupFile, hasher: inlineHasher });
  expect(await authenticator.lookUp('bob')).toBeUndefined();
  expect(await authenticator.verify('bob', 'pw', context)).toEqual({ outcome: 'unknown' });
  expect(authenticator.groupName?.(1000)).toBeUndefined();
});

it('finds a user among 100,000 at once', async () => {
  writeFileSync(userFile, Array.from({ length: 100_000 }, (_, n) => line(`user${n}`, md5, n)).join(''));
  const authenticator = open();
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await authenticator.load();
  clearInterval(timer);
  // Reading it does not hold the others up.
  expect(turns).toBeGreaterThan(10);
  expect(await authenticator.lookUp('user99999')).toMatchObject({ uid: 99_999 });
});
