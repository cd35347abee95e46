import { afterEach, describe, expect, it } from 'vitest';
import { hashPassword } from './crypt/password-hash.ts';
import { createHasherPool } from './hasher-pool.ts';
import type { PasswordHasher } from './hasher.ts';

/** Some 100 ms of work: long enough to queue behind. */
const slow = hashPassword('pw', 'sha512', { cost: 50_000 });
const quick = hashPassword('pw', 'sha512', { cost: 1000 });
const from = (remoteAddress: string, signal?: AbortSignal) => ({
  remoteAddress,
  ...(signal === undefined ? {} : { signal }),
});

const pools: PasswordHasher[] = [];
function open(options: Parameters<typeof createHasherPool>[0] = {}): PasswordHasher {
  const pool = createHasherPool(options);
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.close?.()));
});

describe('a hasher pool', () => {
  it('says what the stored hash says', async () => {
    const pool = open({ maxParallel: 1 });
    expect(
      await Promise.all([
        pool.check('pw', quick, from('a')),
        pool.check('px', quick, from('a')),
        pool.check('pw', '!', from('a')),
      ]),
    ).toEqual(['match', 'mismatch', 'unsupported']);
  });

  it('hands passwords over byte by byte, those that are no UTF-8 too', async () => {
    const pool = open({ maxParallel: 1 });
    const latin =
      '$6$ab$b11SC34MSoOSTSKoOpF1dduQF0OTLQKLE8W2osTGSO3JKR6ERn.Lp6lBVqmv5.W8PMpxg6JzQAClO6r.WfqFt.';
    expect(await pool.check('\udce9', latin, from('a'))).toBe('match');
    expect(await pool.check('é', latin, from('a'))).toBe('mismatch');
  });

  it('leaves the event loop free', async () => {
    const pool = open({ maxParallel: 1 });
    const done = pool.check('pw', hashPassword('pw', 'sha512', { cost: 100_000 }), from('a'));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await done;
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it('serves clients in turn, whoever came with a thousand guesses', async () => {
    const pool = open({ maxParallel: 1 });
    const finished: string[] = [];
    const ask = (address: string) =>
      pool.check('px', quick, from(address)).then(() => finished.push(address));
    await Promise.all([
      ...Array.from({ length: 20 }, () => ask('192.0.2.1')),
      ask('192.0.2.2'),
      ask('2001:db8::1'),
    ]);
    expect(finished.indexOf('192.0.2.2')).toBeLessThan(4);
    expect(finished.indexOf('2001:db8::1')).toBeLessThan(5);
  });

  it('is busy beyond what may wait, of one address and of all', async () => {
    const pool = open({ maxParallel: 1, maxQueue: 3, maxQueuePerAddress: 2 });
    const answers = ['a', 'a', 'a', 'a', 'b', 'c'].map((address) => pool.check('pw', slow, from(address)));
    // One is in work, two of `a` and one of `b` wait.
    expect(await Promise.all(answers)).toEqual(['match', 'match', 'match', 'busy', 'match', 'busy']);
  });

  it('counts an IPv6 /64 as one client', async () => {
    const pool = open({ maxParallel: 1, maxQueuePerAddress: 1 });
    const answers = ['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) =>
      pool.check('pw', slow, from(address)),
    );
    expect(await Promise.all(answers)).toEqual(['match', 'match', 'busy']);
  });

  it('drops what waits when its caller gives up', async () => {
    const pool = open({ maxParallel: 1, maxQueue: 1 });
    const controller = new AbortController();
    const first = pool.check('pw', slow, from('a'));
    const second = pool.check('pw', slow, from('b', controller.signal));
    controller.abort();
    const third = pool.check('pw', slow, from('c'));
    expect(await Promise.all([first, second, third])).toEqual(['match', 'aborted', 'match']);
    expect(await pool.check('pw', slow, from('b', controller.signal))).toBe('aborted');
  });

  it('works on as many at once as it may, and no more', async () => {
    const pool = open({ maxParallel: 2, maxQueue: 1 });
    const answers = ['a', 'b', 'c', 'd'].map((address) => pool.check('pw', slow, from(address)));
    expect(await Promise.all(answers)).toEqual(['match', 'match', 'match', 'busy']);
  });

  it('starts again after a rest', async () => {
    const pool = open({ maxParallel: 1, idleMs: 1 });
    expect(await pool.check('pw', quick, from('a'))).toBe('match');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await pool.check('pw', quick, from('a'))).toBe('match');
  });

  it('says so when its thread cannot run, and goes on with the next', async () => {
    const pool = open({
      maxParallel: 1,
      workerUrl: new URL('data:text/javascript,throw new Error("broken")'),
    });
    const answers = await Promise.allSettled([
      pool.check('pw', quick, from('a')),
      pool.check('pw', quick, from('a')),
    ]);
    expect(answers).toEqual(
      Array(2).fill(
        expect.objectContaining({
          reason: expect.objectContaining({ code: 'AUTH_WORKER_FAILED' }) as unknown,
        }),
      ),
    );
  });

  it('answers nothing more once it is closed', async () => {
    const pool = open({ maxParallel: 1 });
    const answers = Promise.allSettled([
      pool.check('pw', slow, from('a')),
      pool.check('pw', slow, from('a')),
    ]);
    await pool.close?.();
    const codes = (await answers).map(
      (answer) => answer.status === 'rejected' && (answer.reason as { code?: unknown }).code,
    );
    expect(codes).toEqual(['AUTH_WORKER_FAILED', 'AUTH_CLOSED']);
    await expect(pool.check('pw', quick, from('a'))).rejects.toMatchObject({ code: 'AUTH_CLOSED' });
  });
});
