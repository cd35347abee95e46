import { describe, expect, it } from 'vitest';
import type { HasherAnswer, PasswordHasher } from './hasher.ts';
import { createVerifiedPasswordMemory } from './verified-password-memory.ts';

const from = (remoteAddress: string) => ({ remoteAddress });

/** Matches when the password is the stored text; tells how often it was asked. */
function plainHasher(answers: HasherAnswer[] = []): PasswordHasher & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async check(password, stored) {
      asked.push(`${password} ${stored}`);
      await Promise.resolve();
      return answers.shift() ?? (password === stored ? 'match' : 'mismatch');
    },
  };
}

describe('the memory of verified passwords', () => {
  it('makes 300 logins of one user cost one hash, one after another or at once', async () => {
    const hasher = plainHasher();
    const memory = createVerifiedPasswordMemory(hasher);
    await Promise.all(Array.from({ length: 150 }, () => memory.check('pw', 'pw', from('a'))));
    for (let n = 0; n < 150; n += 1) expect(await memory.check('pw', 'pw', from('b'))).toBe('match');
    expect(hasher.asked).toEqual(['pw pw']);
  });

  it('remembers no wrong password', async () => {
    const hasher = plainHasher();
    const memory = createVerifiedPasswordMemory(hasher);
    await memory.check('px', 'pw', from('a'));
    expect(await memory.check('px', 'pw', from('a'))).toBe('mismatch');
    expect(hasher.asked).toHaveLength(2);
  });

  it.each([
    ['another hash', 'pw', 'new'],
    ['another password', 'px', 'pw'],
    ['the same letters, otherwise split', 'wpw', 'p'],
  ])('knows nothing of %s', async (_, password, stored) => {
    const memory = createVerifiedPasswordMemory(plainHasher());
    await memory.check('pw', 'pw', from('a'));
    expect(await memory.check(password, stored, from('a'))).toBe('mismatch');
  });

  it('forgets after ttlMs, counted from the verification', async () => {
    let nowMs = 0;
    const hasher = plainHasher();
    const memory = createVerifiedPasswordMemory(hasher, { ttlMs: 100, now: () => nowMs });
    for (const at of [0, 60, 99]) {
      nowMs = at;
      await memory.check('pw', 'pw', from('a'));
    }
    expect(hasher.asked).toHaveLength(1);
    nowMs = 100;
    await memory.check('pw', 'pw', from('a'));
    expect(hasher.asked).toHaveLength(2);
  });

  it('holds maxEntries records, and drops the oldest', async () => {
    const hasher = plainHasher();
    const memory = createVerifiedPasswordMemory(hasher, { maxEntries: 2 });
    for (const password of ['a', 'b', 'c', 'c', 'b', 'a']) await memory.check(password, password, from('a'));
    expect(hasher.asked).toEqual(['a a', 'b b', 'c c', 'a a']);
  });

  it('lets who shares the work ask again when its leader was busy or gave up', async () => {
    const hasher = plainHasher(['busy', 'aborted']);
    const memory = createVerifiedPasswordMemory(hasher);
    const answers = ['a', 'b', 'c', 'd'].map((address) => memory.check('pw', 'pw', from(address)));
    expect(await Promise.all(answers)).toEqual(['busy', 'aborted', 'match', 'match']);
    expect(hasher.asked).toHaveLength(3);
  });

  it('passes a failure on and is whole afterwards', async () => {
    let isBroken = true;
    const memory = createVerifiedPasswordMemory({
      check: () => (isBroken ? Promise.reject(new Error('broken')) : Promise.resolve('match')),
    });
    await expect(memory.check('pw', 'pw', from('a'))).rejects.toThrow('broken');
    isBroken = false;
    expect(await memory.check('pw', 'pw', from('a'))).toBe('match');
  });
});
