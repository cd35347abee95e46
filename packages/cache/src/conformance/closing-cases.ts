import assert from 'node:assert/strict';
import { isCacheError } from '../errors.ts';
import { bytes, fails, inTime, newKey, operations, versionOf, type ConformanceCase } from './case.ts';

export const closingCases: readonly ConformanceCase[] = [
  {
    title: 'after close every operation is CACHE_CLOSED, and a second close is fine',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('1'));
      const version = await versionOf(cache, key);
      await inTime(1000, Promise.all([cache.close(), cache.close()]));
      for (const act of Object.values(operations(cache, key, version))) await fails(act, 'CACHE_CLOSED');
      await inTime(1000, cache.close());
    },
  },
  {
    title: 'calls that are under way when the cache closes end, with their answer or CACHE_CLOSED',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('value'), { ttlMs: 60_000 });
      const calls = Array.from({ length: 20 }, () => cache.get(key));
      const settled = inTime(1000, Promise.allSettled(calls));
      await cache.close();
      for (const outcome of await settled) {
        if (outcome.status === 'fulfilled') assert.equal(String(Buffer.from(outcome.value ?? [])), 'value');
        else assert.ok(isCacheError(outcome.reason, 'CACHE_CLOSED'), String(outcome.reason));
      }
    },
  },
  {
    title: 'a cache that was never used closes',
    async run({ open }) {
      const cache = await open();
      await inTime(1000, cache.close());
    },
  },
];
