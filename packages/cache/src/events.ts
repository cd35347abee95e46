import { channel } from 'node:diagnostics_channel';
import type { CacheErrorCode } from './errors.ts';

export type CacheOperation =
  | 'get'
  | 'getMany'
  | 'getEntry'
  | 'set'
  | 'add'
  | 'replace'
  | 'delete'
  | 'increment'
  | 'touch'
  | 'publish'
  | 'subscribe';

/**
 * How an operation ended: `hit` and `miss` of a reading one; `done` and `declined` of a writing one (`declined`: it
 * answered false); `partial` of a `getMany` that failed for some keys; or the code of the error.
 */
export type CacheOutcome = 'hit' | 'miss' | 'done' | 'declined' | 'partial' | CacheErrorCode;

/** One message on the diagnostics channel `ftpd:cache`: an operation that ended. Never holds a key or a value. */
export interface CacheEvent {
  readonly operation: CacheOperation;
  /** The cache's name. */
  readonly driver: string;
  readonly durationMs: number;
  readonly outcome: CacheOutcome;
}

/** Where every cache of this process says what it did: `diagnostics_channel.subscribe(cacheChannelName, listener)`. */
export const cacheChannelName = 'ftpd:cache';

/** Free when nobody listens: ask `hasSubscribers` before an event is made. */
export const cacheChannel: ReturnType<typeof channel> = channel(cacheChannelName);
