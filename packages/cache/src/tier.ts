import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';
import { CacheError } from './errors.ts';
import { NearStore, type NearAnswer } from './tier/near-store.ts';
import { listenForChanges } from './tier/changes.ts';
import { tierBackend } from './tier/tier-backend.ts';

export interface TierOptions {
  /** For logs and events. Default: `tier.` and the name of the cache beneath. */
  readonly name?: string;
  /** How long a value that was read is given again without asking, in ms, > 0. Default 1000. */
  readonly positiveTtlMs?: number;
  /** How long a miss is, in ms; 0: not at all. Default 500. */
  readonly negativeTtlMs?: number;
  /** The most memory, in bytes, at least 2 MiB. Default 16 MiB. */
  readonly maxBytes?: number;
  /** The most values and misses. Default: as many as there is room for. */
  readonly maxEntries?: number;
  /** The channel of the bus on which tiers tell each other what has changed. Default `ftpd.cache.changed`. */
  readonly channel?: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
}

/** A cache with memory in front of it. */
export interface TierCache extends Cache {
  /**
   * What the memory knows, at once and without a promise.
   * @returns undefined if it knows nothing, and `get` would ask.
   */
  peek(key: Uint8Array): NearAnswer | undefined;
}

export type { NearAnswer };

/**
 * Puts memory in front of a shared cache. Values and misses that were read are known for a while, and a hit costs no
 * system call; concurrent gets of one key ask once. What is written goes to the cache beneath, and other tiers are told
 * by its bus, where it has one; without one (and while its connection is away) they may give what has changed for as
 * long as the lifetimes say. An entry can be seen that much longer than it lives.
 *
 * Closing it closes the cache beneath.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createTier(
  far: Cache,
  {
    name = `tier.${far.name}`,
    positiveTtlMs = 1000,
    negativeTtlMs = 500,
    maxBytes = 16 * 1024 * 1024,
    maxEntries = Infinity,
    channel = 'ftpd.cache.changed',
    deadlineMs = 1000,
  }: TierOptions = {},
): TierCache {
  if (!(positiveTtlMs > 0 && negativeTtlMs >= 0))
    throw new CacheError('CACHE_BAD_OPTION', {
      message: 'positiveTtlMs is a number of milliseconds above 0, negativeTtlMs at least 0',
    });
  const near = new NearStore({ positiveTtlMs, negativeTtlMs, maxBytes, maxRecords: maxEntries });
  const changes = listenForChanges(far, channel, near);
  const cache = createCache(tierBackend({ far, near, changes, deadlineMs, positiveTtlMs }), {
    name,
    deadlineMs,
  });
  return Object.assign(cache, { peek: (key: Uint8Array) => near.find(key) });
}
