import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteCache, createRemoteStore, type RemoteStore } from '../test/remote-store.ts';
import type { Cache } from './cache.ts';
import { delegateTo } from './delegate.ts';
import { createTier, type TierCache, type TierOptions } from './tier.ts';

const key = Buffer.from('key');
const value = Buffer.from('value');
const longMs = 60_000;

const tiers: Cache[] = [];

afterEach(async () => {
  for (const tier of tiers.splice(0)) await tier.close();
});

/** A tier that remembers for long, and how often the store was asked. */
async function setUp(
  store: RemoteStore = createRemoteStore(),
  options: TierOptions = {},
): Promise<{ readonly tier: TierCache; readonly store: RemoteStore; readonly asked: () => number }> {
  let asked = 0;
  const remote = createRemoteCache(store);
  const counting: Cache = {
    ...delegateTo(remote),
    get(...args) {
      asked++;
      return remote.get(...args);
    },
    getMany(...args) {
      asked += args[0].length;
      return remote.getMany(...args);
    },
  };
  const tier = createTier(counting, { positiveTtlMs: longMs, negativeTtlMs: longMs, ...options });
  tiers.push(tier);
  // The subscription is behind a request of the same queue.
  await store.ask(async () => {});
  await store.ask(async () => {});
  return { tier, store, asked: () => asked };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a tier', () => {
  it('knows values and misses that were read, without asking again', async () => {
    const { tier, store, asked } = await setUp();
    await store.held.set(key, value);
    for (let count = 0; count < 3; count++) {
      expect(Buffer.from((await tier.get(key)) ?? [])).toEqual(value);
      expect(await tier.get(Buffer.from('none'))).toBeUndefined();
    }
    expect((await tier.getMany([key, Buffer.from('none')])).map(({ outcome }) => outcome)).toEqual([
      'value',
      'miss',
    ]);
    expect(asked()).toBe(2);
  });

  it('answers a hit in the same turn: no I/O can have been done', async () => {
    const { tier, store } = await setUp();
    await store.held.set(key, value);
    await tier.get(key);
    store.pause();
    let isLaterTurn = false;
    setImmediate(() => {
      isLaterTurn = true;
    });
    for (let count = 0; count < 1000; count++) await tier.get(key);
    expect(isLaterTurn).toBe(false);
  });

  it('gives what it knows by peek, at once, and undefined where it would ask', async () => {
    const { tier, store } = await setUp();
    await store.held.set(key, value);
    expect(tier.peek(key)).toBeUndefined();
    await tier.getMany([key, Buffer.from('none')]);
    expect(tier.peek(key)).toEqual({ outcome: 'value', value: Uint8Array.from(value) });
    expect(tier.peek(Buffer.from('none'))).toEqual({ outcome: 'miss' });
  });

  it('asks once for many gets of one key, and gives each a buffer of its own', async () => {
    const { tier, store, asked } = await setUp();
    await store.held.set(key, value);
    const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => tier.get(key)));
    first?.fill(0);
    expect(others.every((other) => value.equals(other ?? Buffer.alloc(0)))).toBe(true);
    expect(await tier.getMany([key, key, key])).toHaveLength(3);
    expect(asked()).toBe(1);
  });

  it('shares an outage among those who wait, and remembers none', async () => {
    const { tier, store, asked } = await setUp();
    await store.held.set(key, value);
    store.pause();
    const waiting = Array.from({ length: 5 }, () =>
      tier.get(key, { deadlineMs: 20 }).catch((error: unknown) => error),
    );
    for (const outcome of await Promise.all(waiting))
      expect(outcome).toMatchObject({ code: 'CACHE_TIMEOUT' });
    expect(asked()).toBe(1);
    expect(tier.peek(key)).toBeUndefined();
    store.resume();
    expect(Buffer.from((await tier.get(key)) ?? [])).toEqual(value);
  });

  it('forgets what is written through it, also when the write fails', async () => {
    const { tier, store } = await setUp();
    await store.held.set(key, value);
    await tier.get(key);
    await tier.set(key, Buffer.from('new'));
    expect(Buffer.from((await tier.get(key)) ?? []).toString()).toBe('new');
    store.pause();
    await expect(tier.set(key, value, { deadlineMs: 5 })).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    expect(tier.peek(key)).toBeUndefined();
    store.resume();
  });

  it('does not remember an answer from before a write', async () => {
    const { tier, store } = await setUp();
    await store.held.set(key, value);
    const early = tier.get(key);
    const writing = tier.set(key, Buffer.from('new'));
    await Promise.all([early, writing]);
    expect(Buffer.from((await tier.get(key)) ?? []).toString()).toBe('new');
  });

  it('hears from other tiers what has changed', async () => {
    const store = createRemoteStore();
    const [one, other] = [await setUp(store), await setUp(store)];
    /** An answer that crosses the news of a change is not remembered, and so it may take another. */
    const learn = async (): Promise<void> => {
      while (other.tier.peek(key) === undefined) await other.tier.get(key);
    };
    await one.tier.set(key, value);
    await learn();
    await one.tier.delete(key);
    await until(() => other.tier.peek(key) === undefined);
    expect(await other.tier.get(key)).toBeUndefined();
    await learn();
    await one.tier.add(key, value);
    await until(() => other.tier.peek(key) === undefined);
    expect(Buffer.from((await other.tier.get(key)) ?? [])).toEqual(value);
  });

  it('forgets everything after a gap in the messages', async () => {
    const remote = createRemoteCache(createRemoteStore());
    let onGap: (() => void) | undefined;
    const tier = createTier(
      {
        ...delegateTo(remote),
        bus: {
          publish: async () => {},
          async subscribe(_channel, _onMessage, told) {
            onGap = told;
            return () => {};
          },
        },
      },
      { positiveTtlMs: longMs },
    );
    tiers.push(tier);
    await remote.set(key, value);
    await tier.get(key);
    expect(tier.peek(key)).toBeDefined();
    onGap?.();
    expect(tier.peek(key)).toBeUndefined();
  });

  it('lets what it knows grow old: values and misses each in their time', async () => {
    const { tier, store, asked } = await setUp(undefined, { positiveTtlMs: 30, negativeTtlMs: 0 });
    await store.held.set(key, value);
    await tier.get(key);
    await tier.get(Buffer.from('none'));
    await tier.get(Buffer.from('none'));
    expect(asked()).toBe(3);
    await until(() => tier.peek(key) === undefined);
    await tier.get(key);
    expect(asked()).toBe(4);
  });
});
