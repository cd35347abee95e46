/**
 * What a lifetime is given as: `ttlMs` from now (whole milliseconds, 1 to 100 years), or `expiresAtMs`, an absolute time
 * (ms since the epoch) that is kept exactly, for records whose readers know it. Neither: the entry does not expire.
 *
 * A `ttlMs` never ends early, and at the most two seconds late. What gets an `expiresAtMs` in the past has ended at once:
 * a `set` removes what was there, an `add` of a missing key answers true and leaves nothing.
 */
export type Lifetime =
  | { readonly ttlMs?: number; readonly expiresAtMs?: never }
  | { readonly ttlMs?: never; readonly expiresAtMs: number };

export interface CallOptions {
  /** Milliseconds after which the call fails with CACHE_TIMEOUT, > 0. Default: the cache's own. */
  readonly deadlineMs?: number;
  /** Gives the call up: it fails with CACHE_ABORTED. What was sent may still take effect. */
  readonly signal?: AbortSignal;
}

export type StoreOptions = CallOptions & Lifetime;

/** What `getEntry` saw, for `replace`. Only for the cache that gave it; nothing is to be read from it. */
export type CacheVersion = { readonly brand: 'CacheVersion' } & object;

export interface CacheEntry {
  readonly value: Uint8Array;
  readonly version: CacheVersion;
}

/** One key's part in the answer of `getMany`. */
export type CacheAnswer =
  | { readonly outcome: 'value'; readonly value: Uint8Array }
  | { readonly outcome: 'miss' }
  | { readonly outcome: 'error'; readonly error: Error };

/** What a driver can do. */
export interface CacheCapabilities {
  /** Whether other processes see what is stored here. */
  readonly isShared: boolean;
  /** Whether what is stored survives a restart of the store. */
  readonly isDurable: boolean;
  /** How exact lifetimes are, in ms: at least 1, at most 2000. */
  readonly ttlResolutionMs: number;
  /** At least 1,000,000. */
  readonly maxValueBytes: number;
  /** At least 250. */
  readonly maxKeyBytes: number;
}

/**
 * Short messages to all who listen on the same store, at the most once each and perhaps never: hints, such as "this key
 * has changed".
 */
export interface CacheBus {
  /**
   * @param channel - 1 to 200 printable ASCII characters without blanks.
   * @param message - At the most 8192 bytes.
   * @throws {CacheError} CACHE_UNAVAILABLE, CACHE_TIMEOUT; CACHE_BAD_OPTION, CACHE_BAD_VALUE
   */
  publish(channel: string, message: Uint8Array, options?: CallOptions): Promise<void>;
  /**
   * Listens from the moment the promise resolves until the returned function is called. `onGap` is called when messages
   * may have been lost (a connection that came back): what was learnt from messages is to be forgotten.
   */
  subscribe(
    channel: string,
    onMessage: (message: Uint8Array) => void,
    onGap?: () => void,
  ): Promise<() => void>;
}

/**
 * A store of bytes under bytes, with lifetimes. **A miss is a value, an outage is a throw, and both come within the
 * deadline**: no call waits longer, and what was given up never becomes the answer to anything else.
 *
 * Keys are 1 to 250 bytes of any value, values 0 to 1,000,000 bytes. Buffers given are not changed, and are not looked at
 * again once the method has returned its promise; buffers returned belong to the caller. There is no clear and no listing: memcached can do neither safely.
 *
 * Every operation may throw a CacheError: CACHE_UNAVAILABLE, CACHE_TIMEOUT, CACHE_ABORTED, CACHE_CLOSED,
 * CACHE_PROTOCOL, CACHE_REFUSED; and for bad arguments CACHE_BAD_KEY, CACHE_BAD_VALUE, CACHE_BAD_LIFETIME,
 * CACHE_BAD_OPTION.
 */
export interface Cache {
  /** For logs and events, such as `memory`, `memcache`, `redis`. */
  readonly name: string;
  readonly capabilities: CacheCapabilities;
  /** Present where the store can carry messages. */
  readonly bus?: CacheBus;
  get(key: Uint8Array, options?: CallOptions): Promise<Uint8Array | undefined>;
  /**
   * The answers in the order of the keys; a key whose server is away does not spoil the others. Throws only what the
   * caller did: CACHE_ABORTED, CACHE_CLOSED, CACHE_BAD_KEY, CACHE_BAD_OPTION; outages and the deadline are answers.
   */
  getMany(keys: readonly Uint8Array[], options?: CallOptions): Promise<readonly CacheAnswer[]>;
  /** As `get`, with what `replace` needs. */
  getEntry(key: Uint8Array, options?: CallOptions): Promise<CacheEntry | undefined>;
  /** @throws {CacheError} also CACHE_FULL: the store has no room and may not evict. */
  set(key: Uint8Array, value: Uint8Array, options?: StoreOptions): Promise<void>;
  /** Stores only if there is nothing, atomically. @returns whether it stored. */
  add(key: Uint8Array, value: Uint8Array, options?: StoreOptions): Promise<boolean>;
  /**
   * Stores only if the entry's value is still the one that `version` saw (compare-and-set). The entry gets the lifetime
   * given here. @returns whether it stored.
   */
  replace(
    key: Uint8Array,
    version: CacheVersion,
    value: Uint8Array,
    options?: StoreOptions,
  ): Promise<boolean>;
  /** @returns whether there was something. */
  delete(key: Uint8Array, options?: CallOptions): Promise<boolean>;
  /**
   * Adds to a counter, atomically. A missing one is made with the value `delta`, and its lifetime begins then: later
   * increments do not change it. A counter reads and is written as decimal ASCII digits.
   * @param delta - Whole, 1 to 2^31.
   * @returns the new value, at most 2^53 - 1.
   * @throws {CacheError} also CACHE_NOT_A_COUNTER, CACHE_COUNTER_RANGE; the entry is unchanged then.
   */
  increment(key: Uint8Array, delta: number, options?: StoreOptions): Promise<number>;
  /** Gives an entry a new lifetime. @returns whether there is one. */
  touch(key: Uint8Array, options: StoreOptions): Promise<boolean>;
  /**
   * Present where a store chooses a key's server: the entries whose keys start with the prefix, under keys without it, each
   * on the server that its key gives **without** the prefix, as libmemcached has it. Closing it closes the whole.
   */
  scoped?(prefix: Uint8Array): Cache;
  /**
   * Present where a store has several servers: the same without those that are down now, whose keys go to others. Only for
   * records that are shared with programs which do the same; our own nodes may not agree on who is down. Closing it closes
   * the whole.
   */
  withoutDeadServers?(): Cache;
  /** Calls under way and all later ones fail with CACHE_CLOSED; connections and timers end. May be called twice. */
  close(): Promise<void>;
}
