import type { CacheAnswer, CacheCapabilities, CacheEntry, CacheVersion } from './cache.ts';
import type { Expiry } from './expiry.ts';

/** One operation under way. */
export interface CacheCall {
  /** When the caller gives up, on the scale of `performance.now()`. What was not sent by then must not be sent any more. */
  readonly deadlineAtMs: number;
  /** The caller has been answered, or told that it won't be: deadline, its own signal, or close. */
  readonly isOver: boolean;
  /** Aborted when the call ends early. Made when it is first asked for: `isOver` is cheaper. */
  readonly signal: AbortSignal;
}

/** An answer now or later. A driver that knows it at once returns it as it is, which is faster. */
export type Answer<T> = T | Promise<T>;

/**
 * What a driver writes: the operations, with checked arguments. `createCache` makes a `Cache` of it and adds the checks,
 * deadlines, events, and the end. A backend throws CacheErrors; whatever else it throws becomes CACHE_UNAVAILABLE. It may
 * answer late or never: the caller has been told CACHE_TIMEOUT then, and the answer is dropped.
 *
 * Buffers it returns belong to the caller and must not be kept.
 */
export interface CacheBackend {
  readonly capabilities: CacheCapabilities;
  /**
   * The bytes of keys and values are read before a method returns (not later, when it resolves). Absent: `createCache`
   * hands over copies, so that a caller may write into its buffers as soon as the call is made.
   */
  readonly readsAtOnce?: true;
  /** No method but `close` ever returns a promise or looks at its call: there is nothing to wait for, and no deadline. */
  readonly answersAtOnce?: true;
  readonly bus?: CacheBackendBus;
  get(key: Uint8Array, call: CacheCall): Answer<Uint8Array | undefined>;
  /**
   * Tells each key's answer as soon as it is known, by its place in `keys`; resolves when all are told. What is untold at
   * the deadline, or when this rejects, becomes an error; what was told stays. Absent: as many `get` at once.
   */
  getMany?(
    keys: readonly Uint8Array[],
    call: CacheCall,
    tell: (index: number, answer: CacheAnswer) => void,
  ): Answer<void>;
  getEntry(key: Uint8Array, call: CacheCall): Answer<CacheEntry | undefined>;
  set(key: Uint8Array, value: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Answer<void>;
  add(key: Uint8Array, value: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Answer<boolean>;
  replace(
    key: Uint8Array,
    version: CacheVersion,
    value: Uint8Array,
    expiry: Expiry | undefined,
    call: CacheCall,
  ): Answer<boolean>;
  delete(key: Uint8Array, call: CacheCall): Answer<boolean>;
  increment(key: Uint8Array, delta: number, expiry: Expiry | undefined, call: CacheCall): Answer<number>;
  touch(key: Uint8Array, expiry: Expiry | undefined, call: CacheCall): Answer<boolean>;
  /** Ends connections and timers. Called once. */
  close(): Answer<void>;
}

/** The messages of a store, as a driver writes them; see `CacheBus`. */
export interface CacheBackendBus {
  publish(channel: string, message: Uint8Array, call: CacheCall): Answer<void>;
  /** @returns what ends the subscription. */
  subscribe(
    channel: string,
    onMessage: (message: Uint8Array) => void,
    onGap: () => void,
    call: CacheCall,
  ): Answer<() => void>;
}

export interface CreateCacheOptions {
  /** For logs and events. */
  readonly name: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
}
