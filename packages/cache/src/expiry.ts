import { CacheError } from './errors.ts';
import type { Lifetime } from './cache.ts';

/** When an entry ends: ms since the epoch, by this machine's clock, and whether that is a promise about the absolute time. */
export interface Expiry {
  readonly atMs: number;
  /**
   * The caller gave an absolute time: readers know it, and so it is kept exactly. Otherwise the entry must not end before
   * `ttlMs` have passed by the store's clock.
   */
  readonly isAbsolute: boolean;
  /** What is left, in ms; 0 or less for an absolute time that has passed. */
  readonly ttlMs: number;
}

/** 100 years of 365.25 days. */
export const maxTtlMs: number = 36_525 * 24 * 60 * 60 * 1000;

/** The largest time that a Date can hold. */
const maxTimeMs = 8.64e15;

/**
 * @returns undefined for an entry that does not expire.
 * @throws {CacheError} CACHE_BAD_LIFETIME
 */
export function expiryOf(lifetime: Lifetime | undefined, now: () => number = Date.now): Expiry | undefined {
  if (lifetime === undefined) return undefined;
  const { ttlMs, expiresAtMs } = lifetime;
  if (ttlMs === undefined) return expiresAtMs === undefined ? undefined : absoluteExpiry(expiresAtMs, now());
  if (expiresAtMs !== undefined)
    throw new CacheError('CACHE_BAD_LIFETIME', { message: 'Give ttlMs or expiresAtMs, not both' });
  if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > maxTtlMs) throw new CacheError('CACHE_BAD_LIFETIME');
  return { atMs: now() + ttlMs, isAbsolute: false, ttlMs };
}

function absoluteExpiry(atMs: number, nowMs: number): Expiry {
  if (!Number.isInteger(atMs) || atMs < 0 || atMs > maxTimeMs) throw new CacheError('CACHE_BAD_LIFETIME');
  return { atMs, isAbsolute: true, ttlMs: atMs - nowMs };
}
