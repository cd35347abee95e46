import { createMemoryCache, type Cache } from '@ftpd/cache';
import type { ModuleContext } from '@ftpd/module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCachePool } from './cache-pool.ts';
import { isSchemeOf } from './driver-module.ts';

const configuration = (): ModuleContext => ({}) as ModuleContext;
const key = Uint8Array.of(1);

const opened = async (): Promise<Cache> => createMemoryCache({});

async function isOpen(cache: Cache): Promise<boolean> {
  return cache.get(key).then(
    () => true,
    () => false,
  );
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the caches of a module', () => {
  it('are one for one store, however many ask at once', async () => {
    const pool = createCachePool();
    const context = configuration();
    const open = vi.fn<() => Promise<Cache>>(opened);
    const [first, second, other] = await Promise.all(
      ['a', 'a', 'b'].map((store) => pool.of(context, store, open)),
    );
    expect(first).toBe(second);
    expect(first).not.toBe(other);
    expect(open).toHaveBeenCalledTimes(2);
    await pool.close();
  });

  it('stay open over a new configuration that wants them, and end a while after one that does not', async () => {
    const pool = createCachePool();
    const kept = await pool.of(configuration(), 'kept', opened);
    const next = configuration();
    pool.follow(next);
    expect(await pool.of(next, 'kept', opened)).toBe(kept);
    const last = configuration();
    const dropped = await pool.of(next, 'dropped', opened);
    await pool.of(last, 'kept', opened);
    expect(await isOpen(dropped)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([await isOpen(kept), await isOpen(dropped)]).toEqual([true, false]);
    await pool.close();
    expect(await isOpen(kept)).toBe(false);
  });

  it('are opened anew after opening failed', async () => {
    const pool = createCachePool();
    const context = configuration();
    await expect(pool.of(context, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await isOpen(await pool.of(context, 'a', opened))).toBe(true);
    await pool.close();
  });
});

describe('the driver of a URL', () => {
  it.each([
    ['redis', 'redis://h', true],
    ['redis', 'rediss://h', true],
    ['redis', 'redis+cluster://h', true],
    ['redis', 'rediss+sentinel://h', true],
    ['redis', 'redistribution://h', false],
    ['foo', 'foos:', true],
    ['foo-bar', 'foo-bar:/x', true],
    ['foo', 'foo-bar:/x', false],
  ])('%s for %s: %s', (driver, url, isIts) => {
    expect(isSchemeOf(driver, url)).toBe(isIts);
  });
});
