import assert from 'node:assert/strict';
import { bytes, fails, newKey, read, type ConformanceCase } from './case.ts';

export const counterCases: readonly ConformanceCase[] = [
  {
    title: 'increment makes a counter with the value of delta, and adds to one',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      assert.equal(await cache.increment(key, 5), 5);
      assert.equal(await cache.increment(key, 1), 6);
      assert.equal(await cache.increment(key, 94), 100);
      assert.equal(await read(cache, key), '100');
    },
  },
  {
    title: 'a counter is written as decimal digits, and goes on from what was set',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('41'));
      assert.equal(await cache.increment(key, 1), 42);
      assert.equal(await read(cache, key), '42');
      await cache.set(key, bytes('0'));
      assert.equal(await cache.increment(key, 1), 1);
    },
  },
  {
    title: 'of many increments at once none is lost and each has an answer of its own',
    async run({ open }) {
      const [one, other] = [await open(), await open()];
      const caches = one.capabilities.isShared ? [one, other] : [one];
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_none, index) => caches[index % caches.length]!.increment(key, 1)),
      );
      assert.deepEqual(
        answers.sort((a, b) => a - b),
        Array.from({ length: 100 }, (_none, index) => index + 1),
      );
      assert.equal(await read(one, key), '100');
    },
  },
  {
    title: 'counters are exact across 2^32 and up to 2^53 - 1',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      assert.equal(await cache.increment(key, 2 ** 31), 2 ** 31);
      assert.equal(await cache.increment(key, 2 ** 31), 2 ** 32);
      assert.equal(await cache.increment(key, 1), 2 ** 32 + 1);
      assert.equal(await read(cache, key), '4294967297');
      await cache.set(key, bytes('9007199254740990'));
      assert.equal(await cache.increment(key, 1), Number.MAX_SAFE_INTEGER);
      assert.equal(await read(cache, key), '9007199254740991');
    },
  },
  {
    title: 'an increment beyond 2^53 - 1 is CACHE_COUNTER_RANGE and changes nothing',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      for (const start of ['9007199254740991', '9007199254740000', '9223372036854775807']) {
        await cache.set(key, bytes(start));
        await fails(() => cache.increment(key, 1000), 'CACHE_COUNTER_RANGE');
        assert.equal(await read(cache, key), start);
      }
    },
  },
  {
    title: 'an increment of what is no number is CACHE_NOT_A_COUNTER and changes nothing',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      for (const value of ['x', '', '12x', '-5', '1.5', '1e3', '0x10', 'x'.repeat(100)]) {
        await cache.set(key, bytes(value));
        await fails(() => cache.increment(key, 1), 'CACHE_NOT_A_COUNTER');
        assert.equal(await read(cache, key), value);
      }
    },
  },
];
