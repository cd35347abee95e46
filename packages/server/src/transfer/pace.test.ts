import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBufferPool } from './buffer-pool.ts';
import { createPace } from './pace.ts';

/** Whether a promise settles without waiting for a timer. */
async function isDoneAtOnce(promise: Promise<void> | undefined): Promise<boolean> {
  let isDone = false;
  void promise?.then(() => {
    isDone = true;
  });
  await turnOfTheLoop();
  return isDone;
}

describe('pace', () => {
  it('is nothing where there is no rate', () => {
    const { signal } = new AbortController();
    expect(createPace(undefined, signal, Date.now)).toBeUndefined();
    expect(createPace({ bytesPerSecond: 0, freeBytes: 0 }, signal, Date.now)).toBeUndefined();
  });

  it('lets the free bytes pass and holds those after them back as long as the rate says', async () => {
    const { signal } = new AbortController();
    const pace = createPace({ bytesPerSecond: 100_000, freeBytes: 5000 }, signal, () => performance.now());
    const startMs = performance.now();
    expect(await isDoneAtOnce(pace?.wait(5000))).toBe(true);
    const paid = pace?.wait(5000);
    expect(await isDoneAtOnce(paid)).toBe(false);
    await paid;
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
  });

  it('stops waiting when the transfer is ended', async () => {
    const controller = new AbortController();
    const pace = createPace({ bytesPerSecond: 1, freeBytes: 0 }, controller.signal, Date.now);
    const waiting = pace?.wait(1_000_000);
    controller.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});

describe('buffer pool', () => {
  it('gives two big buffers as long as the budget lasts, then one small one', () => {
    const pool = createBufferPool(1024 * 1024 + 1);
    expect(pool.take().map((buffer) => buffer.length)).toEqual([524_288, 524_288]);
    expect(pool.take().map((buffer) => buffer.length)).toEqual([32_768]);
  });

  it('uses a buffer again that came back, but not one that may still be read', () => {
    const pool = createBufferPool(64 * 1024 * 1024);
    const first = pool.take();
    pool.giveBack(first, true);
    expect(pool.take()).toEqual(expect.arrayContaining([...first]));
    const second = pool.take();
    pool.giveBack(second, false);
    const third = pool.take();
    expect(third.some((buffer) => second.includes(buffer))).toBe(false);
  });

  it('gives a small buffer to what is known to be small', () => {
    const pool = createBufferPool(64 * 1024 * 1024);
    expect(pool.take(100)).toHaveLength(1);
  });
});
