import assert from 'node:assert/strict';
import type { Cache } from '../cache.ts';
import { newKey, pause } from './case.ts';

/** How late an entry may end. */
const maxLateMs = 2000;

/** What a moment between two readings of the clock was at the earliest and at the latest. */
export interface Moment {
  readonly afterMs: number;
  readonly beforeMs: number;
}

/** Runs what starts a lifetime, and says when that was. */
export async function at(act: () => Promise<unknown>): Promise<Moment> {
  const afterMs = performance.now();
  await act();
  return { afterMs, beforeMs: performance.now() };
}

/** A lifetime that is long enough to be seen, and short enough to wait for. */
export function shortTtlMs(cache: Cache): number {
  return cache.capabilities.ttlResolutionMs <= 100 ? 250 : 1200;
}

/** Waits for an entry's end: not before its lifetime is over, and not more than two seconds after it. */
export async function endsInTime(cache: Cache, key: Uint8Array, start: Moment, ttlMs: number): Promise<void> {
  const pauseMs = cache.capabilities.ttlResolutionMs <= 100 ? 20 : 75;
  for (;;) {
    const askedAtMs = performance.now();
    const value = await cache.get(key);
    const answeredAtMs = performance.now();
    if (value === undefined) {
      const livedMs = answeredAtMs - start.afterMs;
      assert.ok(livedMs >= ttlMs, `it ended after ${livedMs.toFixed(1)} of ${ttlMs} ms`);
      return;
    }
    const lateMs = askedAtMs - start.beforeMs - ttlMs;
    assert.ok(lateMs <= maxLateMs, `it is still there ${lateMs.toFixed(1)} ms after its end`);
    await pause(pauseMs);
  }
}

/** Waits until an entry with this lifetime would be gone, and expects that this one is not. */
export async function staysAfter(cache: Cache, key: Uint8Array, start: Moment, ttlMs: number): Promise<void> {
  await pause(Math.max(0, start.beforeMs + ttlMs + lateMsOf(cache) - performance.now()));
  assert.ok((await cache.get(key)) !== undefined, 'it is gone, though it was to stay');
}

/** By when a driver that ends an entry wrongly has done so. */
function lateMsOf(cache: Cache): number {
  return Math.max(150, Math.min(maxLateMs, 2 * cache.capabilities.ttlResolutionMs));
}

const maxAttempts = 50;

/**
 * Runs what has to be done while an entry lives. On a machine that was too busy for that it says nothing, whatever came
 * out, and it is done again with another key.
 * @param act - Begins with storing the entry.
 */
export async function whileAlive<T>(ttlMs: number, act: (key: Buffer) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const startedAtMs = performance.now();
    const isInTime = (): boolean => performance.now() - startedAtMs < ttlMs || attempt === maxAttempts;
    try {
      const result = await act(newKey());
      if (isInTime()) return result;
    } catch (error) {
      if (isInTime()) throw error;
    }
  }
}
