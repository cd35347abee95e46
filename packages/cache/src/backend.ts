import type { Cache, CacheBus, CacheAnswer, CacheCapabilities, CacheEntry, CacheVersion } from './cache.ts';

/** When an entry ends: ms since the epoch, by this machine's clock, and whether that is a promise about the absolute time. */
export interface Expiry {
  readonly atMs: number;
  /**
   * The caller gave an absolute time: readers know it, and so it is kept exactly. Otherwise the entry must not end before
   * `ttlMs` have passed by the store's clock.
   */
  readonly isAbsolute: boolean;
  readonly ttlMs: number;
}

/** One operation under way. */
export interface CacheCall {
  /** When the caller gives up, on the scale of `performance.now()`. What was not sent by then must not be sent any more. */
  readonly deadlineAtMs: number;
  /** Aborted when the call ends early: deadline, the caller's own signal, or close. */
  readonly signal: AbortSignal;
}

/**
 * What a driver writes: the operations, with checked arguments. `createCache` makes a `Cache` of it and adds the checks,
 * deadlines, events, and the end. A backend throws CacheErrors; whatever else it throws becomes CACHE_UNAVAILABLE. It may
 * answer late or never: the caller has been told CACHE_TIMEOUT then, and the answer is dropped.
 */
export interface CacheBackend {
  readonly capabilities: CacheCapabilities;
  readonly bus?: CacheBus;
  get(key: Uint8Array, call: CacheCall): Promise<Uint8Array | undefined>;
  /** Absent: as many `get` at once. */
  getMany?(keys: readonly Uint8Array[], call: CacheCall): Promise<readonly CacheAnswer[]>;
  getEntry(key: Uint8Array, call: CacheCall): Promise<CacheEntry | undefined>;
  set(key: Uint8Array, value: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Promise<void>;
  add(key: Uint8Array, value: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Promise<boolean>;
  replace(
    key: Uint8Array,
    version: CacheVersion,
    value: Uint8Array,
    expiry: Expiry | undefined,
    call: CacheCall,
  ): Promise<boolean>;
  delete(key: Uint8Array, call: CacheCall): Promise<boolean>;
  increment(key: Uint8Array, delta: number, expiry: Expiry | undefined, call: CacheCall): Promise<number>;
  touch(key: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Promise<boolean>;
  /** Ends connections and timers. Called once. */
  close(): Promise<void>;
}

export interface CreateCacheOptions {
  /** For logs and events. */
  readonly name: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
}

/**
 * How a driver is found by a program that knows only its name: what a driver package exports as `cacheDriver`.
 * `connect` opens nothing that could wait: it answers at once, and the first operation tells whether the store is there.
 */
export interface CacheDriver {
  readonly name: string;
  connect(target: CacheTarget): Promise<Cache>;
}

/** Where the store is, in the words of a configuration: `foo://host:1/x`, and `option=value` pairs. */
export interface CacheTarget {
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  /** Told of changes of state, one line each. */
  readonly log?: (severity: 'error' | 'warning' | 'notice' | 'debug', text: string) => void;
}
