import { CacheError, type Cache } from '@ftpd/cache';

/** A cache whose network can be cut: everything fails while it is, and nothing takes effect. */
export interface CutCache extends Cache {
  isCut: boolean;
}

/** @param beforeCall - Awaited before each call, such as to mix the calls of several nodes. */
export function createCutCache(cache: Cache, beforeCall: () => Promise<void> = async () => {}): CutCache {
  const call = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    await beforeCall();
    if (cut.isCut) throw new CacheError('CACHE_UNAVAILABLE');
    return await act();
  };
  const cut: CutCache = {
    isCut: false,
    name: cache.name,
    capabilities: cache.capabilities,
    get: (key, options) => call(() => cache.get(key, options)),
    async getMany(keys, options) {
      await beforeCall();
      if (!cut.isCut) return await cache.getMany(keys, options);
      return keys.map(() => ({ outcome: 'error', error: new CacheError('CACHE_UNAVAILABLE') }));
    },
    getEntry: (key, options) => call(() => cache.getEntry(key, options)),
    set: (key, value, options) => call(() => cache.set(key, value, options)),
    add: (key, value, options) => call(() => cache.add(key, value, options)),
    replace: (key, version, value, options) => call(() => cache.replace(key, version, value, options)),
    delete: (key, options) => call(() => cache.delete(key, options)),
    increment: (key, delta, options) => call(() => cache.increment(key, delta, options)),
    touch: (key, options) => call(() => cache.touch(key, options)),
    close: () => cache.close(),
  };
  return cut;
}
