import assert from 'node:assert/strict';
import type { Cache } from '../cache.ts';
import { bytes, newKey, read, text, versionOf, type ConformanceCase } from './case.ts';

async function append(cache: Cache, key: Uint8Array, letter: string): Promise<void> {
  for (;;) {
    const entry = await cache.getEntry(key);
    assert.ok(entry !== undefined, 'the entry stays');
    if (await cache.replace(key, entry.version, bytes(`${text(entry.value)}${letter}`))) return;
  }
}

/** What changes the entry `1` behind the back of one who has its version; to what is there then. */
const changes: Readonly<
  Record<string, readonly [(cache: Cache, key: Uint8Array) => Promise<void>, string?]>
> = {
  set: [(cache, key) => cache.set(key, bytes('2')), '2'],
  increment: [async (cache, key) => void (await cache.increment(key, 1)), '2'],
  delete: [async (cache, key) => void (await cache.delete(key))],
  replace: [
    async (cache, key) => void (await cache.replace(key, await versionOf(cache, key), bytes('2'))),
    '2',
  ],
  'delete and add': [
    async (cache, key) => {
      await cache.delete(key);
      await cache.add(key, bytes('2'));
    },
    '2',
  ],
};

export const versionCases: readonly ConformanceCase[] = [
  {
    title: 'replace stores once for a version',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('first'));
      const entry = await cache.getEntry(key);
      assert.equal(text(entry?.value), 'first');
      const version = entry!.version;
      assert.equal(await cache.replace(key, version, bytes('second')), true);
      assert.equal(await read(cache, key), 'second');
      assert.equal(await cache.replace(key, version, bytes('third')), false);
      assert.equal(await read(cache, key), 'second');
    },
  },
  {
    title: 'replace declines when the entry has changed or is gone',
    async run({ open }) {
      const cache = await open();
      for (const [name, [change, left]] of Object.entries(changes)) {
        const key = newKey();
        await cache.set(key, bytes('1'));
        const version = await versionOf(cache, key);
        await change(cache, key);
        assert.equal(await cache.replace(key, version, bytes('late')), false, name);
        assert.equal(await read(cache, key), left, name);
      }
    },
  },
  {
    title: 'of many replaces at once with one version exactly one stores',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('start'));
      const version = await versionOf(cache, key);
      const values = Array.from({ length: 25 }, (_none, index) => `value ${index}`);
      const stored = await Promise.all(values.map((value) => cache.replace(key, version, bytes(value))));
      const winners = values.filter((_value, index) => stored[index]);
      assert.equal(winners.length, 1, `${winners.length} replaces stored`);
      assert.equal(await read(cache, key), winners[0]);
    },
  },
  {
    title: 'changes by getEntry and replace are never lost',
    async run({ open }) {
      const [one, other] = [await open(), await open()];
      const key = newKey();
      const caches = one.capabilities.isShared ? [one, other] : [one];
      await one.set(key, new Uint8Array());
      const letters = 'abcdefghijkl';
      await Promise.all(
        letters.split('').map((letter, index) => append(caches[index % caches.length]!, key, letter)),
      );
      assert.equal((await read(one, key))?.split('').sort().join(''), letters);
    },
  },
];
