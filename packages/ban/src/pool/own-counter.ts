import { isCacheError, type Cache, type Lifetime } from '@ftpd/cache';

/**
 * Adds to a counter of ours. One that somebody made into something else begins anew, so that a forged one is no outage.
 * @throws {CacheError}
 */
export async function countOwn(
  cache: Cache,
  key: Uint8Array,
  delta: number,
  lifetime: Lifetime = {},
): Promise<number> {
  try {
    return await cache.increment(key, delta, lifetime);
  } catch (error) {
    if (!isCacheError(error, 'CACHE_NOT_A_COUNTER', 'CACHE_COUNTER_RANGE', 'CACHE_REFUSED')) throw error;
    await cache.delete(key);
    return await cache.increment(key, delta, lifetime);
  }
}
