import { afterAll, describe, expect, it } from 'vitest';
import { hashPassword } from '@ftpd/auth';
import { cryptPassword } from '@ftpd/posix';
import { otherHashKind } from './other-hash-kind.ts';
import { createSystemHasher } from './system-hasher.ts';

const hasher = createSystemHasher({ maxParallel: 2 });
afterAll(async () => hasher.close?.());

const context = { remoteAddress: '192.0.2.1' };
const hash = (password: string, setting: string): string => {
  const made = cryptPassword(Buffer.from(password), setting);
  if (made === undefined) throw new Error(`this system has no ${setting}`);
  return made;
};
const settings = {
  yescrypt: '$y$j75$saltsaltsaltsalt',
  'gost-yescrypt': '$gy$j75$saltsaltsaltsalt',
  scrypt: '$7$4/..../....saltsaltsaltsalt',
};

describe('the hasher with the system’s crypt', () => {
  it.each(Object.entries(settings))('checks %s', async (_, setting) => {
    const stored = hash('pw', setting);
    expect(hasher.otherKind?.(stored)).toBeDefined();
    expect(await hasher.check('pw', stored, context)).toBe('match');
    expect(await hasher.check('px', stored, context)).toBe('mismatch');
    expect(await hasher.check('', stored, context)).toBe('mismatch');
    expect(await hasher.check('pw\0', stored, context)).toBe('mismatch');
    expect(await hasher.check('p'.repeat(600), stored, context)).toBe('mismatch');
  });

  it('checks what @ftpd/auth checks too', async () => {
    const stored = hashPassword('pw', 'sha512', { cost: 1000 });
    expect(hasher.otherKind?.(stored)).toBeUndefined();
    expect(await hasher.check('pw', stored, context)).toBe('match');
    expect(await hasher.check('px', stored, context)).toBe('mismatch');
    expect(await hasher.check('pw', '!', context)).toBe('unsupported');
  });

  it('gives 600 answers at once, every one right', async () => {
    const users = Array.from({ length: 20 }, (_, at) => ({
      password: `pw${at}`,
      stored: hash(`pw${at}`, at % 2 === 0 ? `$y$j75$salt${at + 1000}` : `$6$rounds=1000$salt${at}`),
    }));
    const answers = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        const { password, stored } = users[at % 20] ?? { password: '', stored: '' };
        return hasher.check(at % 3 === 0 ? 'wrong' : password, stored, {
          remoteAddress: `192.0.2.${at % 20}`,
        });
      }),
    );
    expect(answers).toEqual(Array.from({ length: 600 }, (_, at) => (at % 3 === 0 ? 'mismatch' : 'match')));
  });
});

describe('the kind of a hash', () => {
  it('tells costs apart, not salts', () => {
    const kinds = Object.values(settings).map((setting) => otherHashKind(hash('pw', setting)));
    expect(kinds).toEqual(['y j75', 'gy j75', '7 4/..../....']);
    expect(otherHashKind(hash('pw', '$y$j9T$othersal'))).toBe('y j9T');
    expect(otherHashKind(hash('pw', '$7$4/..../....othersal'))).toBe('7 4/..../....');
  });

  it('is none for other text', () => {
    for (const text of [
      '',
      '!',
      '*',
      'x',
      '$6$a$b',
      '$y$',
      '$y$j9T$salt$short',
      `$y$j9T$a b$${'a'.repeat(43)}`,
    ])
      expect(otherHashKind(text)).toBeUndefined();
  });
});
