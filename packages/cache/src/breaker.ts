import { channel } from 'node:diagnostics_channel';
import { asCacheError } from './call.ts';
import { Breaker, type BreakerState } from './breaker-state.ts';
import type { Cache, CacheAnswer } from './cache.ts';
import { delegateTo } from './delegate.ts';
import { CacheError, isCacheError } from './errors.ts';

export type { BreakerState };

export interface BreakerOptions {
  /** Failures in a row that open the breaker, at least 1. Default 3. */
  readonly failures?: number;
  /** How long it stays open before one call may try, in ms. Default 1000. */
  readonly pauseMs?: number;
  /** Told of each change, for one line in a log. */
  readonly onState?: (state: BreakerState) => void;
  /** For tests. Default `performance.now()`. */
  readonly now?: () => number;
}

/** One message on the diagnostics channel `ftpd:cache:breaker`. */
export interface BreakerEvent {
  /** The cache's name. */
  readonly driver: string;
  readonly state: BreakerState;
}

export const breakerChannelName = 'ftpd:cache:breaker';
const breakerChannel = channel(breakerChannelName);

/** What says that the store is in trouble; other errors are answers of a store that works. */
const outages = ['CACHE_UNAVAILABLE', 'CACHE_TIMEOUT', 'CACHE_PROTOCOL', 'CACHE_REFUSED'] as const;

/**
 * A cache that stops asking a store that keeps failing: calls fail at once with CACHE_UNAVAILABLE then, and after a pause
 * one call at a time finds out whether the store is back. For drivers with one endpoint; with several servers the breaker
 * is per server, inside the driver.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function withBreaker(cache: Cache, options: BreakerOptions = {}): Cache {
  const { failures = 3, pauseMs = 1000, onState, now = () => performance.now() } = options;
  if (!(failures >= 1 && pauseMs >= 0))
    throw new CacheError('CACHE_BAD_OPTION', { message: 'failures is at least 1, pauseMs at least 0' });
  const breaker = new Breaker({ failures, pauseMs }, (state) => {
    const event: BreakerEvent = { driver: cache.name, state };
    breakerChannel.publish(event);
    onState?.(state);
  });
  const refusal = (): CacheError =>
    new CacheError('CACHE_UNAVAILABLE', {
      message: 'The cache has failed repeatedly; it is tried again soon',
    });

  const learn = (error: unknown, isProbe: boolean): void => {
    if (error === undefined) breaker.succeeded(isProbe);
    else if (isCacheError(error, ...outages)) breaker.failed(isProbe, now());
    else if (isCacheError(error, 'CACHE_FULL', 'CACHE_NOT_A_COUNTER', 'CACHE_COUNTER_RANGE'))
      breaker.succeeded(isProbe);
    else breaker.left(isProbe);
  };

  const guarded = async <T>(
    call: () => Promise<T>,
    failure: (value: T) => unknown = () => undefined,
  ): Promise<T> => {
    if (!breaker.mayPass(now())) throw refusal();
    const isProbe = breaker.state === 'half-open';
    try {
      const value = await call();
      learn(failure(value), isProbe);
      return value;
    } catch (error) {
      learn(error, isProbe);
      throw error;
    }
  };

  return {
    ...delegateTo(cache),
    get: (...args) => guarded(() => cache.get(...args)),
    async getMany(keys, callOptions) {
      try {
        return await guarded(() => cache.getMany(keys, callOptions), failureOfAll);
      } catch (thrown) {
        const error = asCacheError(thrown);
        if (error.code !== 'CACHE_UNAVAILABLE') throw error;
        return keys.map((): CacheAnswer => ({ outcome: 'error', error }));
      }
    },
    getEntry: (...args) => guarded(() => cache.getEntry(...args)),
    set: (...args) => guarded(() => cache.set(...args)),
    add: (...args) => guarded(() => cache.add(...args)),
    replace: (...args) => guarded(() => cache.replace(...args)),
    delete: (...args) => guarded(() => cache.delete(...args)),
    increment: (...args) => guarded(() => cache.increment(...args)),
    touch: (...args) => guarded(() => cache.touch(...args)),
  };
}

/** The error of a `getMany` that learnt nothing at all. */
function failureOfAll(answers: readonly CacheAnswer[]): unknown {
  const [first] = answers;
  return first?.outcome === 'error' && answers.every(({ outcome }) => outcome === 'error')
    ? first.error
    : undefined;
}
