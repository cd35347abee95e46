import { checkDeadline } from './arguments.ts';
import type { Cache, CallOptions } from './cache.ts';
import { delegateTo } from './delegate.ts';

/**
 * A cache whose calls have at the most this much time, whatever they ask for themselves.
 * @param deadlineMs - Milliseconds, > 0.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function withDeadline(cache: Cache, deadlineMs: number): Cache {
  checkDeadline(deadlineMs);
  const within = <Options extends CallOptions>(options: Options | undefined): Options => {
    const asked = options?.deadlineMs ?? deadlineMs;
    // What is no deadline stays none, and the cache beneath says so.
    const isTooLong = Number.isFinite(asked) && asked > deadlineMs;
    return { ...options, deadlineMs: isTooLong ? deadlineMs : asked } as Options;
  };
  return {
    ...delegateTo(cache),
    get: (key, options) => cache.get(key, within(options)),
    getMany: (keys, options) => cache.getMany(keys, within(options)),
    getEntry: (key, options) => cache.getEntry(key, within(options)),
    set: (key, value, options) => cache.set(key, value, within(options)),
    add: (key, value, options) => cache.add(key, value, within(options)),
    replace: (key, version, value, options) => cache.replace(key, version, value, within(options)),
    delete: (key, options) => cache.delete(key, within(options)),
    increment: (key, delta, options) => cache.increment(key, delta, within(options)),
    touch: (key, options) => cache.touch(key, within(options)),
  };
}
