import assert from 'node:assert/strict';
import type { Cache } from '../cache.ts';
import { isCacheError, type CacheErrorCode } from '../errors.ts';
import {
  bytes,
  fails,
  inTime,
  newKey,
  operations,
  pause,
  read,
  versionOf,
  type CaseSetting,
  type ConformanceCase,
  type PausableCache,
} from './case.ts';

const deadlineMs = 200;

/** How an outage is told: late, refused at the connection, or known already to a breaker. */
const outage: readonly CacheErrorCode[] = ['CACHE_TIMEOUT', 'CACHE_UNAVAILABLE'];

/** Expects every operation to fail as in an outage: nothing may look like a miss, or like something that was done. */
async function failsEverywhere(cache: Cache, setting: CaseSetting, codes = outage): Promise<void> {
  const key = newKey();
  const other = await setting.open();
  await other.set(key, bytes('1'), { ttlMs: 60_000 });
  const version = await versionOf(other, key);
  const acts = operations(cache, key, version, { deadlineMs });
  await Promise.all(
    Object.entries(acts).map(async ([name, act]) => {
      // A driver may see first that the version is another cache's.
      const also = name === 'replace' ? (['CACHE_BAD_OPTION'] as const) : [];
      if (name !== 'getMany') await inTime(deadlineMs, fails(act, ...codes, ...also));
    }),
  );
  await errorsForEach(cache, codes);
}

async function errorsForEach(cache: Cache, codes = outage): Promise<void> {
  const answers = await inTime(deadlineMs, cache.getMany([newKey(), newKey(), newKey()], { deadlineMs }));
  assert.equal(answers.length, 3);
  for (const answer of answers) {
    assert.equal(answer.outcome, 'error');
    if (answer.outcome === 'error') assert.ok(isCacheError(answer.error, ...codes), String(answer.error));
  }
}

/** Reads until the store answers again; every answer on the way has to be right or an outage. */
async function readWhenBack(cache: Cache, key: Uint8Array): Promise<string | undefined> {
  const giveUpAtMs = performance.now() + 8000;
  for (;;) {
    try {
      return await read(cache, key);
    } catch (error) {
      assert.ok(isCacheError(error, ...outage), String(error));
      assert.ok(performance.now() < giveUpAtMs, 'the store is back, and the cache does not use it');
      await pause(50);
    }
  }
}

async function whilePaused<T>({ pause: hold, resume }: PausableCache, act: () => Promise<T>): Promise<T> {
  await hold();
  try {
    return await act();
  } finally {
    await resume();
  }
}

const unreachableCases: readonly ConformanceCase[] = [
  {
    title:
      'a store that cannot be reached is an error of every operation, within the deadline, and never a miss',
    needs: 'openUnreachable',
    async run(setting) {
      const cache = await setting.openUnreachable();
      await failsEverywhere(cache, setting, [...outage, 'CACHE_REFUSED']);
    },
  },
  {
    title: 'a cache whose store cannot be reached closes',
    needs: 'openUnreachable',
    async run({ openUnreachable }) {
      const cache = await openUnreachable();
      const asking = fails(
        () => cache.get(newKey(), { deadlineMs: 2000 }),
        ...outage,
        'CACHE_REFUSED',
        'CACHE_CLOSED',
      );
      await inTime(1000, cache.close());
      await inTime(1000, asking);
    },
  },
];

const silenceCases: readonly ConformanceCase[] = [
  {
    title: 'a store that keeps silent is an error of every operation, within the deadline, and never a miss',
    needs: 'openPausable',
    async run(setting) {
      const pausable = await setting.openPausable();
      await pausable.cache.set(newKey(), bytes('1'), { ttlMs: 60_000 });
      const key = newKey();
      await pausable.cache.set(key, bytes('1'), { ttlMs: 60_000 });
      const version = await versionOf(pausable.cache, key);
      await whilePaused(pausable, async () => {
        const acts = Object.entries(operations(pausable.cache, newKey(), version, { deadlineMs }));
        await Promise.all(
          acts.map(async ([name, act]) => {
            if (name !== 'getMany') await inTime(deadlineMs, fails(act, ...outage));
          }),
        );
        await errorsForEach(pausable.cache);
      });
    },
  },
  {
    title: 'after the silence the cache works again by itself',
    needs: 'openPausable',
    async run({ openPausable }) {
      const pausable = await openPausable();
      const { cache } = pausable;
      const key = newKey();
      await cache.set(key, bytes('kept'), { ttlMs: 60_000 });
      await whilePaused(pausable, () =>
        inTime(
          deadlineMs,
          fails(() => cache.get(key, { deadlineMs }), ...outage),
        ),
      );
      assert.equal(await readWhenBack(cache, key), 'kept');
      await cache.set(key, bytes('new'), { ttlMs: 60_000 });
      assert.equal(await read(cache, key), 'new');
    },
  },
  {
    title: 'what was given up never becomes the answer to something else',
    needs: 'openPausable',
    async run({ openPausable }) {
      const pausable = await openPausable();
      const { cache } = pausable;
      const keys = Array.from({ length: 16 }, () => newKey());
      await Promise.all(keys.map((key, index) => cache.set(key, bytes(`value ${index}`), { ttlMs: 60_000 })));
      const later: Promise<string | undefined>[] = [];
      await whilePaused(pausable, async () => {
        const givenUp = keys.map((key) => fails(() => cache.get(key, { deadlineMs }), ...outage));
        await inTime(deadlineMs, Promise.all(givenUp));
        // These are asked before the late answers come.
        for (const key of [...keys].reverse()) later.push(readWhenBack(cache, key));
      });
      const values = await Promise.all(later);
      assert.deepEqual(
        values.reverse(),
        keys.map((_key, index) => `value ${index}`),
      );
      assert.equal(await readWhenBack(cache, newKey()), undefined);
    },
  },
  {
    title: 'an abort ends a call at once, and only that call',
    needs: 'openPausable',
    async run({ openPausable }) {
      const pausable = await openPausable();
      const { cache } = pausable;
      const key = newKey();
      await cache.set(key, bytes('kept'), { ttlMs: 60_000 });
      const controller = new AbortController();
      await whilePaused(pausable, async () => {
        const waiting = fails(
          () => cache.get(key, { deadlineMs: 30_000, signal: controller.signal }),
          'CACHE_ABORTED',
        );
        controller.abort();
        await inTime(0, waiting);
      });
      assert.equal(await readWhenBack(cache, key), 'kept');
    },
  },
  {
    title: 'a close ends calls that wait for a silent store with CACHE_CLOSED',
    needs: 'openPausable',
    async run({ openPausable }) {
      const pausable = await openPausable();
      const { cache } = pausable;
      const key = newKey();
      await cache.set(key, bytes('1'), { ttlMs: 60_000 });
      await whilePaused(pausable, async () => {
        const waiting = fails(() => cache.get(key, { deadlineMs: 30_000 }), 'CACHE_CLOSED');
        const closed = cache.close();
        await inTime(0, waiting);
        await inTime(5000, closed);
      });
    },
  },
];

export const outageCases: readonly ConformanceCase[] = [...unreachableCases, ...silenceCases];
