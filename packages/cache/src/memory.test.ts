import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cache } from './cache.ts';
import { createMemoryCache, type MemoryCacheOptions } from './memory.ts';
import type { Clock } from './memory/record-store.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface HandClock extends Clock {
  advance(durationMs: number): void;
}

function handClock(): HandClock {
  let passedMs = 0;
  const startMs = Date.now();
  return {
    steadyMs: () => 1 + passedMs,
    wallMs: () => startMs + passedMs,
    advance: (durationMs) => {
      passedMs += durationMs;
    },
  };
}

function open(options: MemoryCacheOptions = {}): Cache {
  return createMemoryCache(options);
}

const keyOf = (number: number): Buffer => Buffer.from(`key ${number}`);

async function has(cache: Cache, number: number): Promise<boolean> {
  return (await cache.get(keyOf(number))) !== undefined;
}

describe('the memory cache', () => {
  it('puts the least recently used entry out first when there are too many', async () => {
    const cache = open({ maxEntries: 3 });
    for (const number of [1, 2, 3]) await cache.set(keyOf(number), Buffer.of(number));
    await cache.get(keyOf(1));
    await cache.set(keyOf(2), Buffer.of(9));
    await cache.set(keyOf(4), Buffer.of(4));
    expect(await Promise.all([1, 2, 3, 4].map((number) => has(cache, number)))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('stays within its bytes, whatever the sizes', async () => {
    const maxBytes = 4 * 1024 * 1024;
    const cache = open({ maxBytes });
    const value = Buffer.alloc(900_000);
    for (let number = 0; number < 20; number++) await cache.set(keyOf(number), value);
    const there = await Promise.all(Array.from({ length: 20 }, (_none, number) => has(cache, number)));
    expect(there).toEqual([...Array.from({ length: 16 }, () => false), true, true, true, true]);
    for (let number = 0; number < 100_000; number++) await cache.set(keyOf(number), Buffer.of(1));
    expect(await has(cache, 99_999)).toBe(true);
    expect(await has(cache, 99_999 - maxBytes / 128)).toBe(false);
  });

  it('lets entries of 30 days and more live as long as they should, and no longer', async () => {
    const clock = handClock();
    const cache = open({ clock });
    for (const days of [24, 25, 30, 31, 36_525])
      await cache.set(keyOf(days), Buffer.of(1), { ttlMs: days * dayMs });
    clock.advance(24 * dayMs - 1);
    for (const days of [24, 25, 30, 31, 36_525]) expect(await has(cache, days)).toBe(true);
    clock.advance(1);
    expect([await has(cache, 24), await has(cache, 25)]).toEqual([false, true]);
    clock.advance(7 * dayMs - 1);
    expect([await has(cache, 30), await has(cache, 31)]).toEqual([false, true]);
    clock.advance(1);
    expect([await has(cache, 31), await has(cache, 36_525)]).toEqual([false, true]);
  });

  it('keeps lifetimes when the wall clock jumps, and absolute times by the wall clock', async () => {
    let wallMs = Date.now();
    const cache = open({ clock: { steadyMs: () => 1, wallMs: () => wallMs } });
    await cache.set(keyOf(1), Buffer.of(1), { ttlMs: 1000 });
    await cache.set(keyOf(2), Buffer.of(1), { expiresAtMs: wallMs + 60_000 });
    wallMs += 60_000;
    expect([await has(cache, 1), await has(cache, 2)]).toEqual([true, false]);
  });

  it('refuses limits that make no sense', () => {
    for (const options of [{ maxBytes: 1000 }, { maxBytes: NaN }, { maxEntries: 0 }, { maxEntries: NaN }])
      expect(() => open(options)).toThrow(expect.objectContaining({ code: 'CACHE_BAD_OPTION' }) as Error);
  });

  it('takes a million entries, and gives them back, without a turn of more than 10 ms', async () => {
    const cache = open({ maxBytes: 256 * 1024 * 1024 });
    const value = Buffer.alloc(40, 'v');
    const key = Buffer.alloc(24, 'k');
    let longestMs = 0;
    /** Time of this thread only: other programs on a busy machine don't count, the garbage collector's stops do. */
    let beganUs = 0;
    const nowUs = (): number => {
      const { user, system } = process.threadCpuUsage();
      return user + system;
    };
    const turn = async (): Promise<void> => {
      longestMs = Math.max(longestMs, (nowUs() - beganUs) / 1000);
      await new Promise((resolve) => setImmediate(resolve));
      beganUs = nowUs();
    };
    beganUs = nowUs();
    for (let number = 0; number < 1_000_000; number++) {
      key.writeUInt32LE(number, 8);
      void cache.set(key, value, { ttlMs: 30 * dayMs });
      if (number % 400 === 0) await turn();
    }
    let found = 0;
    for (let number = 0; number < 1_000_000; number += 10) {
      key.writeUInt32LE(number, 8);
      if ((await cache.get(key)) !== undefined) found++;
      if (number % 4000 === 0) await turn();
    }
    await cache.close();
    expect(found).toBe(100_000);
    expect(longestMs).toBeLessThan(10);
  }, 60_000);
});

interface Store {
  readonly kind: 'set' | 'add' | 'swap';
  readonly key: number;
  readonly size: number;
  readonly ttlMs?: number;
}

/** One step against the cache and against a model of it: a Map in order of use, and a clock. */
type Step =
  | Store
  | { readonly kind: 'get' | 'delete' | 'increment'; readonly key: number }
  | { readonly kind: 'touch'; readonly key: number; readonly ttlMs: number }
  | { readonly kind: 'wait'; readonly durationMs: number };

const anyKey = fc.integer({ min: 0, max: 11 });
const anyTtl = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('set' as const, 'add' as const, 'swap' as const),
      key: anyKey,
      size: fc.constantFrom(0, 1, 70, 80, 81, 203, 204, 205, 3000),
      ttlMs: anyTtl,
    })
    .map(({ ttlMs, ...rest }) => (ttlMs === undefined ? rest : { ...rest, ttlMs })),
  fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const, 'increment' as const), key: anyKey }),
  fc.record({ kind: fc.constant('touch' as const), key: anyKey, ttlMs: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('wait' as const), durationMs: fc.integer({ min: 1, max: 60 }) }),
);

class Model {
  readonly #maxEntries: number;
  readonly #entries = new Map<number, { readonly value: string; readonly endsAtMs: number }>();
  nowMs = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get(key: number): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.nowMs >= entry.endsAtMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: number, value: string, ttlMs = Infinity): void {
    if (this.get(key) === undefined && this.#entries.size >= this.#maxEntries) this.#dropOldest();
    this.#entries.delete(key);
    this.#entries.set(key, { value, endsAtMs: this.nowMs + ttlMs });
  }

  delete(key: number): boolean {
    return this.get(key) !== undefined && this.#entries.delete(key);
  }

  endOf(key: number): number {
    return this.#entries.get(key)?.endsAtMs ?? Infinity;
  }

  #dropOldest(): void {
    for (const oldest of this.#entries.keys()) return void this.#entries.delete(oldest);
  }
}

async function runStep(step: Step, cache: Cache, model: Model, clock: HandClock): Promise<void> {
  if (step.kind === 'wait') {
    clock.advance(step.durationMs);
    model.nowMs += step.durationMs;
    return;
  }
  const key = keyOf(step.key);
  const known = model.get(step.key);
  const lifetime = 'ttlMs' in step && step.ttlMs !== undefined ? { ttlMs: step.ttlMs } : {};
  if (step.kind === 'get') {
    const value = await cache.get(key);
    expect(value === undefined ? undefined : Buffer.from(value).toString('latin1')).toBe(known);
  } else if (step.kind === 'delete') expect(await cache.delete(key)).toBe(model.delete(step.key));
  else if (step.kind === 'touch') {
    expect(await cache.touch(key, lifetime)).toBe(known !== undefined);
    if (known !== undefined) model.set(step.key, known, step.ttlMs);
  } else if (step.kind === 'increment') {
    const isNumber = known === undefined || /^\d+$/.test(known);
    const counted = await cache.increment(key, 3, { ttlMs: 50 }).catch(() => undefined);
    expect(counted).toBe(isNumber ? Number(known ?? 0) + 3 : undefined);
    if (counted !== undefined)
      model.set(step.key, String(counted), known === undefined ? 50 : model.endOf(step.key) - model.nowMs);
  } else if ('size' in step) await runStore(step, cache, model);
}

async function runStore(step: Store, cache: Cache, model: Model): Promise<void> {
  const key = keyOf(step.key);
  const known = model.get(step.key);
  const text = 'v'.repeat(step.size);
  const value = Buffer.from(text);
  const lifetime = step.ttlMs === undefined ? {} : { ttlMs: step.ttlMs };
  if (step.kind === 'set') await cache.set(key, value, lifetime);
  else if (step.kind === 'add') expect(await cache.add(key, value, lifetime)).toBe(known === undefined);
  else {
    const entry = await cache.getEntry(key);
    expect(entry === undefined).toBe(known === undefined);
    if (entry !== undefined) expect(await cache.replace(key, entry.version, value, lifetime)).toBe(true);
  }
  const isStored = { set: true, add: known === undefined, swap: known !== undefined }[step.kind];
  if (isStored) model.set(step.key, text, step.ttlMs);
}

async function runAll(steps: readonly Step[], maxEntries: number): Promise<void> {
  const clock = handClock();
  const cache = open({ maxEntries, clock });
  const model = new Model(maxEntries);
  for (const step of steps) await runStep(step, cache, model, clock);
  for (let key = 0; key < 12; key++) await runStep({ kind: 'get', key }, cache, model, clock);
  await cache.close();
}

/** The same step in a world without lifetimes. */
function withoutEnd(step: Step): Step[] {
  if (step.kind === 'wait' || step.kind === 'touch') return [];
  return 'size' in step ? [{ kind: step.kind, key: step.key, size: step.size }] : [step];
}

describe('the memory cache against a model', () => {
  it('agrees after every step of entries that end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), (steps) => runAll(steps, Infinity)),
      { numRuns: 150 },
    );
  });

  it('agrees after every step of entries that push each other out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), (steps) => runAll(steps.flatMap(withoutEnd), 7)),
      { numRuns: 150 },
    );
  });
});
