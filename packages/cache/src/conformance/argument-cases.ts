import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { CacheErrorCode } from '../errors.ts';
import { cacheChannelName, type CacheEvent } from '../events.ts';
import { maxTtlMs } from '../expiry.ts';
import { bytes, fails, newKey, operations, versionOf, type ConformanceCase } from './case.ts';

const value = bytes('1');

export const argumentCases: readonly ConformanceCase[] = [
  {
    title: 'capabilities are at least what the contract asks for',
    async run({ open }) {
      const { capabilities } = await open();
      assert.ok(capabilities.maxKeyBytes >= 250, 'maxKeyBytes');
      assert.ok(capabilities.maxValueBytes >= 1_000_000, 'maxValueBytes');
      assert.ok(capabilities.ttlResolutionMs >= 1 && capabilities.ttlResolutionMs <= 2000, 'ttlResolutionMs');
      assert.equal(typeof capabilities.isShared, 'boolean');
      assert.equal(typeof capabilities.isDurable, 'boolean');
    },
  },
  {
    title: 'a key that is empty, too long or no bytes is CACHE_BAD_KEY for every operation',
    async run({ open }) {
      const cache = await open();
      const good = newKey();
      await cache.set(good, value);
      const version = await versionOf(cache, good);
      const tooLong = Buffer.alloc(cache.capabilities.maxKeyBytes + 1, 'k');
      for (const key of [new Uint8Array(), tooLong, 'key' as never])
        for (const act of Object.values(operations(cache, key, version))) await fails(act, 'CACHE_BAD_KEY');
      await fails(() => cache.getMany([good, tooLong]), 'CACHE_BAD_KEY');
    },
  },
  {
    title: 'a value that is too long or no bytes is CACHE_BAD_VALUE, and not cut',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, value);
      const version = await versionOf(cache, key);
      for (const bad of [Buffer.alloc(cache.capabilities.maxValueBytes + 1), 'value' as never]) {
        await fails(() => cache.set(key, bad), 'CACHE_BAD_VALUE');
        await fails(() => cache.add(newKey(), bad), 'CACHE_BAD_VALUE');
        await fails(() => cache.replace(key, version, bad), 'CACHE_BAD_VALUE');
      }
      assert.deepEqual(Buffer.from((await cache.get(key)) ?? []), value);
    },
  },
  {
    title: 'a lifetime that makes no sense is CACHE_BAD_LIFETIME',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, value);
      const version = await versionOf(cache, key);
      const lifetimes: readonly object[] = [
        ...[0, -1, 1.5, NaN, Infinity, maxTtlMs + 1, '60000'].map((ttlMs) => ({ ttlMs })),
        ...[-1, 1.5, NaN, Infinity].map((expiresAtMs) => ({ expiresAtMs })),
        { ttlMs: 1000, expiresAtMs: Date.now() + 1000 },
      ];
      for (const lifetime of lifetimes) {
        await fails(() => cache.set(key, value, lifetime), 'CACHE_BAD_LIFETIME');
        await fails(() => cache.add(newKey(), value, lifetime), 'CACHE_BAD_LIFETIME');
        await fails(() => cache.replace(key, version, value, lifetime), 'CACHE_BAD_LIFETIME');
        await fails(() => cache.increment(key, 1, lifetime), 'CACHE_BAD_LIFETIME');
        await fails(() => cache.touch(key, lifetime), 'CACHE_BAD_LIFETIME');
      }
    },
  },
  {
    title: 'a delta or a deadline that makes no sense is CACHE_BAD_OPTION',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      for (const delta of [0, -1, 1.5, NaN, 2 ** 31 + 1, '1' as never])
        await fails(() => cache.increment(key, delta), 'CACHE_BAD_OPTION');
      for (const deadlineMs of [0, -1, NaN, Infinity])
        await fails(() => cache.get(key, { deadlineMs }), 'CACHE_BAD_OPTION');
      assert.equal(await cache.get(key), undefined);
    },
  },
  {
    title: 'a signal that is aborted already is CACHE_ABORTED for every operation, and nothing happens',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, value);
      const version = await versionOf(cache, key);
      const other = newKey();
      for (const act of Object.values(operations(cache, other, version, { signal: AbortSignal.abort() })))
        await fails(act, 'CACHE_ABORTED');
      assert.equal(await cache.get(other), undefined);
    },
  },
  {
    title: 'every operation is reported on the diagnostics channel, with its outcome',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      const events: CacheEvent[] = [];
      const listener = (event: unknown): void => {
        if ((event as CacheEvent).driver === cache.name) events.push(event as CacheEvent);
      };
      const failed: CacheErrorCode = 'CACHE_NOT_A_COUNTER';
      subscribe(cacheChannelName, listener);
      try {
        await cache.get(key);
        await cache.set(key, bytes('x'));
        await cache.get(key);
        await cache.add(key, value);
        await fails(() => cache.increment(key, 1), failed);
        await cache.getMany([key]);
        await cache.delete(key);
      } finally {
        unsubscribe(cacheChannelName, listener);
      }
      const seen = events.map(({ operation, outcome }) => `${operation} ${outcome}`);
      const expected = [
        'get miss',
        'set done',
        'get hit',
        'add declined',
        `increment ${failed}`,
        'getMany done',
        'delete done',
      ];
      // Other caches of the same name may be at work.
      let from = 0;
      for (const each of expected) {
        const index = seen.indexOf(each, from);
        assert.ok(index >= 0, `${each} is not reported in its turn`);
        from = index + 1;
      }
      for (const { durationMs } of events) assert.ok(durationMs >= 0, 'durationMs');
    },
  },
];
