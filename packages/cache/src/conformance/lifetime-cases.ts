import assert from 'node:assert/strict';
import type { Cache, StoreOptions } from '../cache.ts';
import { bytes, newKey, pause, read, versionOf, type ConformanceCase } from './case.ts';
import { at, endsInTime, shortTtlMs, staysAfter, whileAlive } from './lifetime.ts';

const value = bytes('1');
const dayMs = 24 * 60 * 60 * 1000;

/** What gives an entry a lifetime, by its name. */
const storing: Readonly<
  Record<string, (cache: Cache, key: Uint8Array, options: StoreOptions) => Promise<void>>
> = {
  set: (cache, key, options) => cache.set(key, value, options),
  async 'set over an entry without a lifetime'(cache, key, options) {
    await cache.set(key, value);
    await cache.set(key, value, options);
  },
  async add(cache, key, options) {
    assert.equal(await cache.add(key, value, options), true);
  },
  async replace(cache, key, options) {
    await cache.set(key, value);
    assert.equal(await cache.replace(key, await versionOf(cache, key), value, options), true);
  },
  async touch(cache, key, options) {
    await cache.set(key, value);
    assert.equal(await cache.touch(key, options), true);
  },
  async 'touch that shortens'(cache, key, options) {
    await cache.set(key, value, { ttlMs: 40 * dayMs });
    assert.equal(await cache.touch(key, options), true);
  },
  async increment(cache, key, options) {
    assert.equal(await cache.increment(key, 1, options), 1);
  },
};

/** Lifetimes of all ways to store. Several beginnings: a store whose clock ticks once a second errs only at some. */
const endingCases: readonly ConformanceCase[] = Object.entries(storing).map(([name, store]) => ({
  title: `a lifetime given by ${name} neither ends early nor more than two seconds late`,
  async run({ open }) {
    const cache = await open();
    const ttlMs = shortTtlMs(cache);
    const beginnings = cache.capabilities.ttlResolutionMs <= 100 ? [0] : [0, 350, 700];
    await Promise.all(
      beginnings.map(async (delayMs) => {
        await pause(delayMs);
        const key = newKey();
        const start = await at(() => store(cache, key, { ttlMs }));
        await endsInTime(cache, key, start, ttlMs);
      }),
    );
  },
}));

/** Cases that wait; the suite runs them side by side. */
export const lifetimeCases: readonly ConformanceCase[] = [
  ...endingCases,
  {
    title: 'later increments do not change the end of a window',
    async run({ open }) {
      const cache = await open();
      const ttlMs = shortTtlMs(cache);
      const { key, start } = await whileAlive(ttlMs, async (fresh) => {
        const begun = await at(() => cache.increment(fresh, 1, { ttlMs }));
        assert.equal(await cache.increment(fresh, 1, { ttlMs: ttlMs * 20 }), 2);
        assert.equal(await cache.increment(fresh, 1), 3);
        return { key: fresh, start: begun };
      });
      await endsInTime(cache, key, start, ttlMs);
      assert.equal(await cache.increment(key, 1, { ttlMs: 60_000 }), 1);
    },
  },
  {
    title: 'an increment gives an entry that does not expire no lifetime',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('7'));
      const ttlMs = shortTtlMs(cache);
      const start = await at(() => cache.increment(key, 1, { ttlMs }));
      await staysAfter(cache, key, start, ttlMs);
    },
  },
  {
    title: 'a set, a replace or a touch without a lifetime makes an entry stay',
    async run({ open }) {
      const cache = await open();
      const ttlMs = shortTtlMs(cache);
      const changes: readonly ((key: Uint8Array) => Promise<unknown>)[] = [
        (key) => cache.set(key, value),
        async (key) => assert.equal(await cache.replace(key, await versionOf(cache, key), value), true),
        async (key) => assert.equal(await cache.touch(key, {}), true),
      ];
      await Promise.all(
        changes.map(async (change) => {
          const { key, start } = await whileAlive(ttlMs, async (fresh) => {
            const begun = await at(() => cache.set(fresh, value, { ttlMs }));
            await change(fresh);
            return { key: fresh, start: begun };
          });
          await staysAfter(cache, key, start, ttlMs);
        }),
      );
    },
  },
  {
    title: 'a touch that lengthens counts from the touch, and keeps the value',
    async run({ open }) {
      const cache = await open();
      const ttlMs = shortTtlMs(cache);
      const { key, first } = await whileAlive(ttlMs, async (fresh) => {
        const begun = await at(() => cache.set(fresh, value, { ttlMs }));
        assert.equal(await cache.touch(fresh, { ttlMs: 60_000 }), true);
        return { key: fresh, first: begun };
      });
      await staysAfter(cache, key, first, ttlMs);
      assert.equal(await read(cache, key), '1');
      const start = await at(() => cache.touch(key, { ttlMs }));
      await endsInTime(cache, key, start, ttlMs);
    },
  },
  {
    title: 'an entry that has ended is gone for every operation',
    async run({ open }) {
      const cache = await open();
      const ttlMs = shortTtlMs(cache);
      const { key, start, version } = await whileAlive(ttlMs, async (fresh) => ({
        key: fresh,
        start: await at(() => cache.set(fresh, value, { ttlMs })),
        version: await versionOf(cache, fresh),
      }));
      await endsInTime(cache, key, start, ttlMs);
      assert.equal(await cache.touch(key, { ttlMs: 60_000 }), false);
      assert.equal(await cache.delete(key), false);
      assert.equal(await cache.getEntry(key), undefined);
      assert.equal((await cache.getMany([key]))[0]?.outcome, 'miss');
      assert.equal(await cache.replace(key, version, value), false);
      assert.equal(await cache.add(key, bytes('again')), true);
      assert.equal(await read(cache, key), 'again');
    },
  },
  {
    title: 'an absolute time is kept, to the resolution of the store',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      const { ttlResolutionMs } = cache.capabilities;
      // A whole second, as in ProFTPD's records, with room for a store that ticks once a second.
      const atMs = (Math.ceil(Date.now() / 1000) + (ttlResolutionMs <= 100 ? 1 : 3)) * 1000;
      await cache.set(key, value, { expiresAtMs: atMs });
      for (;;) {
        const askedAtMs = Date.now();
        const got = await cache.get(key);
        const answeredAtMs = Date.now();
        if (got === undefined) {
          assert.ok(answeredAtMs >= atMs - ttlResolutionMs, `it ended ${atMs - answeredAtMs} ms too early`);
          return;
        }
        assert.ok(
          askedAtMs <= atMs + ttlResolutionMs,
          `it is still there ${askedAtMs - atMs} ms after its end`,
        );
        await pause(20);
      }
    },
  },
  {
    title: 'what gets an absolute time in the past has ended at once',
    async run({ open }) {
      const cache = await open();
      const past = { expiresAtMs: Date.now() - 60_000 };
      for (const [name, store] of Object.entries(storing)) {
        const key = newKey();
        await store(cache, key, past);
        assert.equal(await cache.get(key), undefined, name);
      }
      const key = newKey();
      await cache.set(key, value);
      assert.equal(await cache.add(key, bytes('2'), past), false);
      assert.equal(await read(cache, key), '1');
      await cache.set(key, value, past);
      assert.equal(await cache.get(key), undefined);
    },
  },
  {
    title: 'lifetimes of 31 days to 100 years do not end early',
    async run({ open }) {
      const cache = await open();
      const lifetimes: readonly StoreOptions[] = [
        { ttlMs: 24.9 * dayMs },
        { ttlMs: 30 * dayMs },
        { ttlMs: 30 * dayMs + 1000 },
        { ttlMs: 31 * dayMs },
        { ttlMs: 400 * dayMs },
        { ttlMs: 36_525 * dayMs },
        { expiresAtMs: Date.now() + 60 * dayMs },
      ];
      const keys = await Promise.all(
        lifetimes.map(async (lifetime) => {
          const key = newKey();
          await cache.set(key, value, lifetime);
          const counter = newKey();
          await cache.increment(counter, 1, lifetime);
          return [key, counter];
        }),
      );
      await pause(shortTtlMs(cache));
      for (const key of keys.flat()) assert.equal(await read(cache, key), '1');
    },
  },
];
