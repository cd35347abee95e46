import type { CacheBackend } from './backend.ts';
import type { Cache, CacheCapabilities } from './cache.ts';
import { countUp } from './counter.ts';
import { createCache } from './create-cache.ts';
import { CacheError } from './errors.ts';
import type { Expiry } from './expiry.ts';
import { createLocalBus } from './local-bus.ts';
import { RecordStore, type Clock, type End } from './memory/record-store.ts';
import { startSweeper } from './memory/sweeper.ts';
import { createVersionKind } from './version.ts';

export interface MemoryCacheOptions {
  /** For logs and events. Default `memory`. */
  readonly name?: string;
  /** The most memory that entries take, in bytes, each rounded up to 128; at least 2 MiB. Default 64 MiB. */
  readonly maxBytes?: number;
  /** The most entries, at least 1. Default: as many as `maxBytes` has room for. */
  readonly maxEntries?: number;
  /** For tests. Default: `performance.now()` for lifetimes, `Date.now()` for absolute times. */
  readonly clock?: Clock;
}

const capabilities: CacheCapabilities = {
  isShared: false,
  isDurable: false,
  ttlResolutionMs: 1,
  maxValueBytes: 1_000_000,
  maxKeyBytes: 250,
};

const systemClock: Clock = { steadyMs: () => performance.now(), wallMs: () => Date.now() };

const minBytes = 2 * 1024 * 1024;

/**
 * A cache in this process's memory, for one process: bounded, least recently used entries out first, with a bus of its
 * own. Its memory is no work for the garbage collector, so that a million entries don't stop the event loop.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createMemoryCache({
  name = 'memory',
  maxBytes = 64 * 1024 * 1024,
  maxEntries = Infinity,
  clock = systemClock,
}: MemoryCacheOptions = {}): Cache {
  if (!(maxBytes >= minBytes && maxBytes < 2 ** 37))
    throw new CacheError('CACHE_BAD_OPTION', { message: 'maxBytes is a number from 2 MiB to 128 GiB' });
  if (!(maxEntries >= 1))
    throw new CacheError('CACHE_BAD_OPTION', { message: 'maxEntries is a number of at least 1' });
  return createCache(memoryBackend(new RecordStore({ maxBytes, maxRecords: maxEntries }, clock), clock), {
    name,
  });
}

function memoryBackend(store: RecordStore, clock: Clock): CacheBackend {
  const versions = createVersionKind<number>();
  const sweeper = startSweeper(store);

  const endOf = (expiry: Expiry | undefined): End => {
    if (expiry === undefined) return 0;
    sweeper.wake();
    return expiry.isAbsolute ? -expiry.atMs : clock.steadyMs() + expiry.ttlMs;
  };

  const put = (key: Uint8Array, value: Uint8Array, expiry: Expiry | undefined): void => {
    if (expiry !== undefined && expiry.ttlMs <= 0) remove(key);
    else if (!store.put(key, value, endOf(expiry))) throw new CacheError('CACHE_FULL');
  };

  const remove = (key: Uint8Array): boolean => {
    const record = store.find(key);
    if (record !== 0) store.remove(record);
    return record !== 0;
  };

  return {
    capabilities,
    readsAtOnce: true,
    answersAtOnce: true,
    bus: createLocalBus(),
    get(key) {
      const record = store.find(key);
      return record === 0 ? undefined : store.value(record);
    },
    getEntry(key) {
      const record = store.find(key);
      if (record === 0) return undefined;
      return { value: store.value(record), version: versions.seal(store.version(record)) };
    },
    set: put,
    add(key, value, expiry) {
      if (store.find(key) !== 0) return false;
      put(key, value, expiry);
      return true;
    },
    replace(key, version, value, expiry) {
      const expected = versions.open(version);
      const record = store.find(key);
      if (record === 0 || store.version(record) !== expected) return false;
      put(key, value, expiry);
      return true;
    },
    delete: remove,
    increment(key, delta, expiry) {
      const record = store.find(key);
      const count = record === 0 ? delta : countUp(store.value(record), delta);
      const value = Buffer.from(String(count));
      if (record === 0) put(key, value, expiry);
      else if (!store.put(key, value, store.end(record))) throw new CacheError('CACHE_FULL');
      return count;
    },
    touch(key, expiry) {
      const record = store.find(key);
      if (record === 0) return false;
      if (expiry !== undefined && expiry.ttlMs <= 0) store.remove(record);
      else store.setEnd(record, endOf(expiry));
      return true;
    },
    close: () => sweeper.stop(),
  };
}
