import { describe, expect, test } from 'vitest';
import { onThread } from '../test/on-thread.ts';
import { cryptPassword } from './index.ts';

const secret = Buffer.from('secret');

describe('cryptPassword', () => {
  // The values are those of crypt(3) as Perl gives them.
  test.each([
    ['DES', 'abNANd1rDfiNc'],
    ['MD5', '$1$abc$iCQ2D3nhptRYi27fDYv2s1'],
    ['SHA-256', '$5$x$u/w5rkS/ZkEW8w7w0VcSy915tS82tDWKB5Ee9giohyD'],
    [
      'SHA-512',
      '$6$abc$IdWKNKTJEb8LxY7CGg8YBXlvtfZzFw7Mp/r6niK9YB2mdvgY..TKjv1T..8RadRt2qvUHYRLr/TsVArtr91iR1',
    ],
    ['bcrypt', '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'],
    ['yescrypt', '$y$j9T$abcd$q0BC/1zAm1egDOA28ap7Pv/qqIp2.2/hfz8I9ccfx08'],
    ['gost-yescrypt', '$gy$j9T$abcdefghijklmnopqrstu.$1s.TBXqOEDUKTM0p34w/5gMZfyrqbWRUh9/6Jmsd2X5'],
  ])('hashes with %s as the hash itself says', (_method, hash) => {
    expect(cryptPassword(secret, hash)).toBe(hash);
    expect(cryptPassword(Buffer.from('wrong'), hash)).not.toBe(hash);
  });

  test.each([
    '',
    '!',
    '*',
    '*0',
    '*1',
    'x',
    '!$6$abc',
    '$',
    '$zz$abc',
    '$2b$99$x',
    '$6$äö',
    '$6$a\0b',
    '$6$a b',
  ])('knows no setting %j', (setting) => {
    expect(cryptPassword(secret, setting)).toBeUndefined();
  });

  test('takes passwords byte by byte, and none with a NUL', () => {
    const [left, right] = [Buffer.from([0xff]), Buffer.from([0xfe])];
    expect(cryptPassword(left, '$6$abc')).not.toBe(cryptPassword(right, '$6$abc'));
    expect(cryptPassword(new Uint8Array(), '$6$abc')).toMatch(/^\$6\$abc\$/);
    expect(() => cryptPassword(Buffer.from('a\0b'), '$6$abc')).toThrow(
      expect.objectContaining({ code: 'EINVAL' }),
    );
  });

  test('refuses a password that is longer than the methods take', () => {
    expect(cryptPassword(Buffer.alloc(511, 'x'), '$6$abc')).toMatch(/^\$6\$abc\$/);
    expect(cryptPassword(Buffer.alloc(512, 'x'), '$6$abc')).toBeUndefined();
    expect(cryptPassword(Buffer.alloc(100_000, 'x'), '$6$abc')).toBeUndefined();
  });

  test('leaves the password as it was', () => {
    const password = Buffer.from('secret');
    cryptPassword(password, '$6$abc');
    expect(password.toString()).toBe('secret');
  });

  test('gives 600 of 600 right when threads hash for twenty users at once', async () => {
    const users = Array.from({ length: 20 }, (_, index) => ({
      password: `password ${index}`,
      hash: cryptPassword(Buffer.from(`password ${index}`), `$6$rounds=1000$salt${index}`) ?? '',
    }));
    const wrong = await Promise.all(
      Array.from({ length: 4 }, (_, thread) =>
        onThread(
          ({ posix }, { users: known, first }) => {
            let count = 0;
            for (let index = 0; index < 150; index += 1) {
              const { password, hash } = known[(index * 7 + first) % known.length] ?? known[0]!;
              const isRight = index % 2 === 0;
              const given = Buffer.from(isRight ? password : `${password}!`);
              if ((posix.cryptPassword(given, hash) === hash) !== isRight) count += 1;
            }
            return count;
          },
          { users, first: thread },
        ),
      ),
    );
    expect(users.every(({ hash }) => hash.startsWith('$6$'))).toBe(true);
    expect(wrong).toEqual([0, 0, 0, 0]);
  });
});
