import { isCacheError, type CacheErrorCode } from '@ftpd/cache';
import { startMemcached, type TestMemcached } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache } from '../src/index.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

async function codeOf(promise: Promise<unknown>): Promise<CacheErrorCode | undefined> {
  try {
    await promise;
  } catch (error) {
    if (isCacheError(error)) return error.code;
    throw error;
  }
  return undefined;
}

let server: TestMemcached;
let cache: MemcacheCache;

beforeAll(async () => {
  server = await startMemcached();
  cache = createMemcacheCache({
    servers: [server],
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    deadlineMs: 10_000,
  });
});

afterAll(async () => {
  await cache?.close();
  await server?.stop();
});

describe('createMemcacheCache', () => {
  it('keeps what it is given, empty values and keys of any bytes included', async () => {
    const key = Buffer.from([0, 10, 13, 32, 255]);
    expect(await cache.get(key)).toBeUndefined();
    await cache.set(key, bytes(''));
    expect(text(await cache.get(key))).toBe('');
    await cache.set(key, bytes('value'));
    expect(text(await cache.get(key))).toBe('value');
    expect(await cache.delete(key)).toBe(true);
    expect(await cache.delete(key)).toBe(false);
  });

  it('adds once', async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, n) => cache.add(bytes('once'), bytes(String(n)))),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
  });

  it('replaces only what is still as it was seen', async () => {
    await cache.set(bytes('cas'), bytes('1'));
    const entry = await cache.getEntry(bytes('cas'));
    expect(await cache.replace(bytes('cas'), entry!.version, bytes('2'))).toBe(true);
    expect(await cache.replace(bytes('cas'), entry!.version, bytes('3'))).toBe(false);
    expect(text(await cache.get(bytes('cas')))).toBe('2');
  });

  it('removes by compare-and-set what is given a time that has passed', async () => {
    await cache.set(bytes('past'), bytes('1'));
    const entry = await cache.getEntry(bytes('past'));
    await cache.set(bytes('past'), bytes('2'));
    const past = { expiresAtMs: 1000 };
    expect(await cache.replace(bytes('past'), entry!.version, bytes('3'), past)).toBe(false);
    const newer = await cache.getEntry(bytes('past'));
    expect(await cache.replace(bytes('past'), newer!.version, bytes('3'), past)).toBe(true);
    expect(await cache.get(bytes('past'))).toBeUndefined();
  });

  it('counts to 2^53 - 1 and leaves a counter alone that would go beyond', async () => {
    await cache.set(bytes('many'), bytes('9007199254740990'));
    expect(await cache.increment(bytes('many'), 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(await codeOf(cache.increment(bytes('many'), 1))).toBe('CACHE_COUNTER_RANGE');
    expect(text(await cache.get(bytes('many')))).toBe('9007199254740991');
    await cache.set(bytes('wraps'), bytes('18446744073709551615'));
    expect(await codeOf(cache.increment(bytes('wraps'), 2 ** 31))).toBe('CACHE_COUNTER_RANGE');
    expect(text(await cache.get(bytes('wraps')))).toBe('18446744073709551615');
  });

  it('counts beyond 2^32', async () => {
    await cache.set(bytes('32'), bytes('4294967295'));
    expect(await cache.increment(bytes('32'), 1)).toBe(2 ** 32);
  });

  it('refuses to count what is no number', async () => {
    await cache.set(bytes('word'), bytes('twelve'));
    expect(await codeOf(cache.increment(bytes('word'), 1))).toBe('CACHE_NOT_A_COUNTER');
  });

  it('answers many keys in their order', async () => {
    const keys = Array.from({ length: 200 }, (_, n) => bytes(`many-${n}`));
    await Promise.all(keys.filter((_, n) => n % 3 === 0).map((key) => cache.set(key, key)));
    const answers = await cache.getMany([...keys, bytes('many-0')]);
    expect(answers).toHaveLength(201);
    for (const [n, answer] of answers.entries()) {
      const name = n === 200 ? 'many-0' : `many-${n}`;
      expect(answer.outcome).toBe(n === 200 || n % 3 === 0 ? 'value' : 'miss');
      if (answer.outcome === 'value') expect(text(answer.value)).toBe(name);
    }
  });

  it('carries a million bytes there and back', async () => {
    const large = Buffer.alloc(1_000_000, 'large ');
    await cache.set(bytes('large'), large);
    expect(Buffer.compare((await cache.get(bytes('large')))!, large)).toBe(0);
  });

  it('keeps lifetimes beyond the 30 days that memcached counts itself', async () => {
    const days = 24 * 60 * 60 * 1000;
    await cache.set(bytes('31 days'), bytes('kept'), { ttlMs: 31 * days });
    await cache.set(bytes('100 years'), bytes('kept'), { ttlMs: 36_525 * days });
    await cache.set(bytes('absolute'), bytes('kept'), { expiresAtMs: Date.now() + 31 * days });
    expect(text(await cache.get(bytes('31 days')))).toBe('kept');
    expect(text(await cache.get(bytes('100 years')))).toBe('kept');
    expect(text(await cache.get(bytes('absolute')))).toBe('kept');
  });
});
