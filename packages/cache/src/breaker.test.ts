import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { breakerChannelName, withBreaker, type BreakerEvent, type BreakerState } from './breaker.ts';
import type { Cache } from './cache.ts';
import { delegateTo } from './delegate.ts';
import { CacheError, type CacheErrorCode } from './errors.ts';
import { createMemoryCache } from './memory.ts';

const key = Buffer.from('key');

/** A breaker over a cache whose next calls fail as the test says. */
function setUp(): {
  readonly cache: Cache;
  readonly states: BreakerState[];
  readonly fail: (...codes: readonly (CacheErrorCode | undefined)[]) => void;
  readonly passed: () => number;
  readonly wait: (durationMs: number) => void;
} {
  const states: BreakerState[] = [];
  const outcomes: (CacheErrorCode | undefined)[] = [];
  const memory = createMemoryCache();
  let passed = 0;
  let nowMs = 0;
  const failing: Cache = {
    ...delegateTo(memory),
    get(...args) {
      passed++;
      const code = outcomes.shift();
      return code === undefined ? memory.get(...args) : Promise.reject(new CacheError(code));
    },
  };
  const cache = withBreaker(failing, {
    failures: 3,
    pauseMs: 100,
    onState: (state) => states.push(state),
    now: () => nowMs,
  });
  return {
    cache,
    states,
    fail: (...codes) => void outcomes.push(...codes),
    passed: () => passed,
    wait: (durationMs) => {
      nowMs += durationMs;
    },
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as CacheError).code,
  );
}

describe('withBreaker', () => {
  it('opens after failures in a row, and then fails without asking', async () => {
    const { cache, states, fail, passed } = setUp();
    fail('CACHE_TIMEOUT', 'CACHE_UNAVAILABLE', undefined, 'CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_TIMEOUT');
    for (let count = 0; count < 6; count++) await codeOf(cache.get(key));
    expect(states).toEqual(['open']);
    expect(await codeOf(cache.get(key))).toBe('CACHE_UNAVAILABLE');
    expect(await codeOf(cache.set(key, key))).toBe('CACHE_UNAVAILABLE');
    expect(await cache.getMany([key, key])).toMatchObject([
      { error: { code: 'CACHE_UNAVAILABLE' } },
      { error: { code: 'CACHE_UNAVAILABLE' } },
    ]);
    expect(passed()).toBe(6);
  });

  it('lets one call try after the pause, and closes when it succeeds', async () => {
    const { cache, states, fail, passed, wait } = setUp();
    fail('CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_TIMEOUT');
    for (let count = 0; count < 3; count++) await codeOf(cache.get(key));
    wait(100);
    const codes = await Promise.all([cache.get(key), cache.get(key), cache.get(key)].map(codeOf));
    expect(codes).toEqual(['done', 'CACHE_UNAVAILABLE', 'CACHE_UNAVAILABLE']);
    expect(states).toEqual(['open', 'half-open', 'closed']);
    expect(passed()).toBe(4);
    expect(await codeOf(cache.get(key))).toBe('done');
  });

  it('opens again for a whole pause when the probe fails', async () => {
    const { cache, states, fail, wait } = setUp();
    fail('CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_UNAVAILABLE');
    for (let count = 0; count < 3; count++) await codeOf(cache.get(key));
    wait(100);
    expect(await codeOf(cache.get(key))).toBe('CACHE_UNAVAILABLE');
    wait(99);
    expect(await codeOf(cache.get(key))).toBe('CACHE_UNAVAILABLE');
    expect(states).toEqual(['open', 'half-open', 'open']);
    wait(1);
    expect(await codeOf(cache.get(key))).toBe('done');
  });

  it('learns nothing from a probe that its caller gave up: the next call may try', async () => {
    const { cache, states, fail, wait } = setUp();
    fail('CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_ABORTED');
    for (let count = 0; count < 3; count++) await codeOf(cache.get(key));
    wait(100);
    expect(await codeOf(cache.get(key))).toBe('CACHE_ABORTED');
    expect(await codeOf(cache.get(key))).toBe('done');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('does not count what a working store answers, or what the caller did wrong', async () => {
    const { cache, states, fail } = setUp();
    fail('CACHE_FULL', 'CACHE_BAD_KEY', 'CACHE_NOT_A_COUNTER', 'CACHE_FULL', 'CACHE_BAD_OPTION');
    for (let count = 0; count < 5; count++) await codeOf(cache.get(key));
    expect(states).toEqual([]);
  });

  it('tells its state on the diagnostics channel', async () => {
    const events: BreakerEvent[] = [];
    const listener = (event: unknown): void => void events.push(event as BreakerEvent);
    subscribe(breakerChannelName, listener);
    const { cache, fail } = setUp();
    fail('CACHE_TIMEOUT', 'CACHE_TIMEOUT', 'CACHE_TIMEOUT');
    for (let count = 0; count < 3; count++) await codeOf(cache.get(key));
    unsubscribe(breakerChannelName, listener);
    expect(events).toEqual([{ driver: 'memory', state: 'open' }]);
  });
});
