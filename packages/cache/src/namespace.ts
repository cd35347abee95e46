import type { Cache } from './cache.ts';
import { delegateTo } from './delegate.ts';

/**
 * A part of a cache: all its keys start with a prefix, which its users do not see. Keys may be as much shorter; the bus is
 * that of the whole. Closing it closes the cache beneath. Wrap a driver in this first, so that it can choose a key's server
 * without the prefix (`Cache.scoped`).
 * @param prefix - Bytes, or text to be taken as UTF-8.
 */
export function withNamespace(cache: Cache, prefix: string | Uint8Array): Cache {
  const start = Buffer.from(prefix as string);
  if (cache.scoped !== undefined) return cache.scoped(start);
  const whole = (key: Uint8Array): Uint8Array =>
    // What is no key stays none, and the cache beneath says so.
    key instanceof Uint8Array && key.length > 0 ? Buffer.concat([start, key]) : key;
  return {
    ...delegateTo(cache),
    capabilities: { ...cache.capabilities, maxKeyBytes: cache.capabilities.maxKeyBytes - start.length },
    get: (key, options) => cache.get(whole(key), options),
    getMany: (keys, options) => cache.getMany(keys.map(whole), options),
    getEntry: (key, options) => cache.getEntry(whole(key), options),
    set: (key, value, options) => cache.set(whole(key), value, options),
    add: (key, value, options) => cache.add(whole(key), value, options),
    replace: (key, version, value, options) => cache.replace(whole(key), version, value, options),
    delete: (key, options) => cache.delete(whole(key), options),
    increment: (key, delta, options) => cache.increment(whole(key), delta, options),
    touch: (key, options) => cache.touch(whole(key), options),
  };
}
