import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bytes, newKey, read, text, type ConformanceCase } from './case.ts';

export const entryCases: readonly ConformanceCase[] = [
  {
    title: 'a missing key is a miss, and no error',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      assert.equal(await cache.get(key), undefined);
      assert.equal(await cache.getEntry(key), undefined);
      assert.equal(await cache.delete(key), false);
      assert.equal(await cache.touch(key, { ttlMs: 60_000 }), false);
    },
  },
  {
    title: 'values of 0 to 1,000,000 bytes come back byte for byte',
    async run({ open }) {
      const cache = await open();
      const { maxValueBytes } = cache.capabilities;
      const key = newKey();
      for (const length of [0, 1, 1023, 16_384, 65_536, 999_999, maxValueBytes]) {
        const value = randomBytes(Math.min(length, 1_000_000, maxValueBytes));
        await cache.set(key, value);
        const got = await cache.get(key);
        assert.ok(got !== undefined && value.equals(got), `${length} bytes`);
      }
    },
  },
  {
    title: 'values may hold any bytes, line ends and NUL among them',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      const all = Buffer.from(Array.from({ length: 256 }, (_none, byte) => byte));
      for (const value of [
        all,
        bytes('END\r\n'),
        bytes('\0'),
        bytes('\r\nVALUE x 0 1\r\n'),
        bytes('$-1\r\n'),
      ]) {
        await cache.set(key, value);
        assert.equal(await read(cache, key), text(value));
      }
    },
  },
  {
    title: 'an empty value is a value, and no miss',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, new Uint8Array());
      assert.equal(await read(cache, key), '');
      assert.equal(text((await cache.getEntry(key))?.value), '');
      assert.equal((await cache.getMany([key]))[0]?.outcome, 'value');
      assert.equal(await cache.add(key, bytes('x')), false);
      assert.equal(await cache.touch(key, { ttlMs: 60_000 }), true);
      assert.equal(await cache.delete(key), true);
    },
  },
  {
    title: 'keys may hold any bytes, and keep apart',
    async run({ open }) {
      const cache = await open();
      const prefix = newKey();
      const ends = [
        ...Array.from({ length: 256 }, (_none, byte) => Buffer.of(byte)),
        ...['', '\0\0', '\0a', ' a', 'a ', 'a\r\n', '\r\na', '{a}', '{a}b', '**', '\xc3\xa9'].map(bytes),
      ];
      const keys = ends.map((end) => Buffer.concat([prefix, end]));
      await Promise.all(keys.map((key, index) => cache.set(key, bytes(String(index)))));
      const got = await Promise.all(keys.map((key) => read(cache, key)));
      assert.deepEqual(
        got,
        keys.map((_key, index) => String(index)),
      );
    },
  },
  {
    title: 'keys of 1 byte and of the greatest length are whole keys',
    async run({ open }) {
      const cache = await open();
      const long = Buffer.concat([newKey(), Buffer.alloc(cache.capabilities.maxKeyBytes, 'k')]).subarray(
        0,
        cache.capabilities.maxKeyBytes,
      );
      const other = Buffer.from(long);
      other[other.length - 1] = 0;
      const short = randomBytes(1);
      for (const [key, value] of [
        [long, 'long'],
        [other, 'other'],
        [long.subarray(0, -1), 'shorter'],
        [short, 'short'],
      ] as const)
        await cache.set(key, bytes(value), { ttlMs: 60_000 });
      assert.equal(await read(cache, long), 'long');
      assert.equal(await read(cache, other), 'other');
      assert.equal(await read(cache, short), 'short');
      await cache.delete(short);
    },
  },
  {
    title: 'set replaces, add only stores where there is nothing, delete tells whether there was something',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      assert.equal(await cache.add(key, bytes('first')), true);
      assert.equal(await cache.add(key, bytes('second')), false);
      assert.equal(await read(cache, key), 'first');
      await cache.set(key, bytes('third'));
      assert.equal(await read(cache, key), 'third');
      assert.equal(await cache.delete(key), true);
      assert.equal(await cache.delete(key), false);
      assert.equal(await cache.get(key), undefined);
      assert.equal(await cache.add(key, bytes('fourth')), true);
      assert.equal(await read(cache, key), 'fourth');
    },
  },
  {
    title: 'of many adds at once exactly one stores, and its value stays',
    async run({ open }) {
      const cache = await open();
      for (let round = 0; round < 4; round++) {
        const key = newKey();
        const values = Array.from({ length: 25 }, (_none, index) => `value ${index}`);
        const stored = await Promise.all(values.map((value) => cache.add(key, bytes(value))));
        const winners = values.filter((_value, index) => stored[index]);
        assert.equal(winners.length, 1, `${winners.length} adds stored`);
        assert.equal(await read(cache, key), winners[0]);
      }
    },
  },
  {
    title: 'answers of many calls at once belong to their calls',
    async run({ open }) {
      const cache = await open();
      const keys = Array.from({ length: 100 }, () => newKey());
      await Promise.all(keys.map((key, index) => cache.set(key, bytes(`value ${index}`.repeat(index)))));
      const got = await Promise.all(
        [...keys].reverse().map(async (key) => [await read(cache, key), await cache.get(newKey())]),
      );
      assert.deepEqual(
        got.reverse(),
        keys.map((_key, index) => [`value ${index}`.repeat(index), undefined]),
      );
    },
  },
  {
    title: 'buffers that were given may be written to as soon as the call is made',
    async run({ open }) {
      const cache = await open();
      const keys = Array.from({ length: 8 }, () => newKey());
      const value = Buffer.alloc(50_000, 'v');
      const given = keys.map((key) => Buffer.from(key));
      const setting = given.map((key) => cache.set(key, value));
      for (const key of given) key.fill(0);
      value.fill('w');
      await Promise.all(setting);
      for (const key of keys) assert.equal(await read(cache, key), 'v'.repeat(50_000));
      const asked = Buffer.from(keys[0]!);
      const getting = cache.get(asked);
      asked.fill(0);
      assert.equal(text(await getting), 'v'.repeat(50_000));
    },
  },
  {
    title: 'buffers that were returned belong to the caller',
    async run({ open }) {
      const cache = await open();
      const key = newKey();
      await cache.set(key, bytes('value'));
      const returned = [
        await cache.get(key),
        await cache.get(key),
        (await cache.getEntry(key))?.value,
        ...(await cache.getMany([key, key])).map((answer) =>
          answer.outcome === 'value' ? answer.value : undefined,
        ),
      ];
      for (const buffer of returned) {
        assert.equal(text(buffer), 'value');
        buffer?.fill(0);
      }
      assert.equal(await read(cache, key), 'value');
    },
  },
  {
    title: 'getMany answers value or miss for each key, in the order of the keys',
    async run({ open }) {
      const cache = await open();
      const keys = Array.from({ length: 150 }, () => newKey());
      const isStored = (index: number): boolean => index % 3 !== 1;
      await Promise.all(
        keys.map(async (key, index) => {
          if (isStored(index)) await cache.set(key, bytes(`value ${index}`));
        }),
      );
      const answers = await cache.getMany([...keys, keys[0]!, keys[1]!]);
      assert.deepEqual(
        answers.map((answer) => (answer.outcome === 'value' ? text(answer.value) : answer.outcome)),
        [...keys.map((_key, index) => (isStored(index) ? `value ${index}` : 'miss')), 'value 0', 'miss'],
      );
      assert.deepEqual(await cache.getMany([]), []);
    },
  },
  {
    title: 'capabilities.isShared says whether a second cache sees what the first one stored',
    async run({ open }) {
      const [first, second] = [await open(), await open()];
      const key = newKey();
      await first.set(key, bytes('seen'));
      assert.equal((await read(second, key)) === 'seen', first.capabilities.isShared);
    },
  },
];
