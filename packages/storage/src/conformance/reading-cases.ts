import assert from 'node:assert/strict';
import { at, entriesOf, fails, get, makeFolder, namesIn, put, type ConformanceCase } from './case.ts';

export const readingCases: readonly ConformanceCase[] = [
  {
    title: 'stat tells kind, size, mode, link count and times of a file',
    async run({ view }) {
      const before = Date.now();
      await put(view, '/f', 'twelve bytes');
      const found = await view.stat(at('/f'));
      assert.equal(found.kind, 'file');
      assert.equal(found.sizeBytes, 12);
      assert.equal(found.mode, 0o644);
      assert.equal(found.linkCount, 1);
      assert.ok(Math.abs(found.modifiedMs - before) < 60_000);
      assert.ok(Number.isFinite(found.changedMs) && Number.isFinite(found.accessedMs));
      assert.equal(found.target, undefined);
    },
  },
  {
    title: 'stat tells a folder, the root too',
    async run({ view }) {
      await makeFolder(view, '/d');
      assert.equal((await view.stat(at('/d'))).kind, 'directory');
      assert.equal((await view.stat(at('/'))).kind, 'directory');
    },
  },
  {
    title: 'two names of one object have one identity, two objects have two',
    async run({ view }) {
      await put(view, '/a');
      await put(view, '/b');
      const [a, b] = [await view.stat(at('/a')), await view.stat(at('/b'))];
      assert.notEqual(a.inode, b.inode);
      await view.rename(at('/a'), at('/c'));
      assert.equal((await view.stat(at('/c'))).inode, a.inode);
      assert.equal((await view.stat(at('/c'))).device, a.device);
    },
  },
  {
    title: 'a missing name is STORAGE_NOT_FOUND for every operation',
    async run({ view }) {
      const path = at('/no');
      const none = 'STORAGE_NOT_FOUND';
      await fails(view.stat(path), none, '/no');
      await fails(view.stat(path, { followsSymlinks: false }), none, '/no');
      await fails(view.resolve(path), none, '/no');
      await fails(view.openRead(path), none, '/no');
      await fails(entriesOf(view, '/no'), none, '/no');
      await fails(view.remove(path), none, '/no');
      await fails(view.removeDirectory(path), none, '/no');
      await fails(view.rename(path, at('/x')), none, '/no');
      await fails(view.setTimes(path, { modifiedMs: 0 }), none, '/no');
      await fails(view.freeBytes(path), none, '/no');
      await fails(view.mayAccess(path, { read: true }), none, '/no');
    },
  },
  {
    title: 'a missing folder on the way is STORAGE_NOT_FOUND, a file on the way STORAGE_NOT_DIRECTORY',
    async run({ view }) {
      await put(view, '/f');
      const ways = [
        ['/no/x', 'STORAGE_NOT_FOUND'],
        ['/f/x', 'STORAGE_NOT_DIRECTORY'],
      ] as const;
      for (const [path, code] of ways) {
        await fails(view.stat(at(path)), code, path);
        await fails(view.openRead(at(path)), code, path);
        await fails(view.openWrite(at(path), { disposition: 'replace', mode: 0o644 }), code, path);
        await fails(view.makeDirectory(at(path), { mode: 0o755 }), code, path);
        await fails(view.remove(at(path)), code, path);
        await fails(view.resolve(at(path), { mayBeMissing: true }), code, path);
        await fails(view.rename(at('/f'), at(path)), code);
      }
    },
  },
  {
    title: 'reads give the bytes at a position, fewer at the end, none behind it',
    async run({ view }) {
      await put(view, '/f', '0123456789');
      const file = await view.openRead(at('/f'));
      const buffer = Buffer.alloc(4);
      assert.equal(await file.read(buffer, 0), 4);
      assert.equal(buffer.toString(), '0123');
      assert.equal(await file.read(buffer, 8), 2);
      assert.equal(buffer.subarray(0, 2).toString(), '89');
      assert.equal(await file.read(buffer, 10), 0);
      assert.equal(await file.read(buffer, 2 ** 40), 0);
      assert.equal(await file.read(Buffer.alloc(0), 0), 0);
      await file.close();
    },
  },
  {
    title: 'a read fills only the part of memory it was given',
    async run({ view }) {
      await put(view, '/f', 'abcd');
      const memory = Buffer.from('........');
      const file = await view.openRead(at('/f'));
      await file.read(memory.subarray(2, 4), 1);
      await file.close();
      assert.equal(memory.toString(), '..bc....');
    },
  },
  {
    title: 'a position that is no whole number from 0 is STORAGE_BAD_NAME',
    async run({ view }) {
      await put(view, '/f', 'abcd');
      const file = await view.openRead(at('/f'));
      for (const position of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
        await fails(file.read(Buffer.alloc(1), position), 'STORAGE_BAD_NAME', '/f');
      }
      await file.close();
    },
  },
  {
    title: 'an open file describes itself, and tells its path',
    async run({ view }) {
      await put(view, '/f', 'abc');
      const file = await view.openRead(at('/f'));
      assert.equal((await file.stat()).sizeBytes, 3);
      assert.equal(file.path, '/f');
      await file.close();
    },
  },
  {
    title: 'a folder is not read as a file',
    async run({ view }) {
      await makeFolder(view, '/d');
      await fails(view.openRead(at('/d')), 'STORAGE_IS_DIRECTORY', '/d');
      await fails(view.openRead(at('/')), 'STORAGE_IS_DIRECTORY', '/');
    },
  },
  {
    title: 'a file stays readable after it was removed, until it is closed',
    async run({ view }) {
      await put(view, '/f', 'still here');
      const file = await view.openRead(at('/f'));
      await view.remove(at('/f'));
      const buffer = Buffer.alloc(10);
      assert.equal(await file.read(buffer, 0), 10);
      assert.equal(buffer.toString(), 'still here');
      await file.close();
    },
  },
  {
    title: 'a listing has every entry once, described, without . and ..',
    async run({ view }) {
      await put(view, '/f', 'abc');
      await makeFolder(view, '/d');
      const entries = (await entriesOf(view, '/')).sort((one, other) => (one.name < other.name ? -1 : 1));
      assert.deepEqual(
        entries.map(({ name, kind }) => [name, kind]),
        [
          ['d', 'directory'],
          ['f', 'file'],
        ],
      );
      assert.equal(entries[1]?.sizeBytes, 3);
      assert.equal(entries[1]?.inode, (await view.stat(at('/f'))).inode);
    },
  },
  {
    title: 'a listing of an empty folder has no batch with entries',
    async run({ view }) {
      assert.deepEqual(await entriesOf(view, '/'), []);
    },
  },
  {
    title: 'a listing of a file is STORAGE_NOT_DIRECTORY',
    async run({ view }) {
      await put(view, '/f');
      await fails(entriesOf(view, '/f'), 'STORAGE_NOT_DIRECTORY', '/f');
    },
  },
  {
    title: 'a listing of 5,000 entries comes in batches of the size asked for',
    async run({ view, makeFiles }) {
      const names = Array.from({ length: 5000 }, (_, number) => `entry ${number}`);
      await makeFiles(names);
      const found: string[] = [];
      for await (const batch of view.list(at('/'), { batchSize: 128 })) {
        assert.ok(batch.length > 0 && batch.length <= 128);
        found.push(...batch.map((entry) => entry.name));
      }
      assert.deepEqual(found.sort(), names.sort());
    },
  },
  {
    title: 'a listing looks only at the names that pass the filter',
    async run({ view }) {
      for (const name of ['a1', 'b1', 'a2']) await put(view, `/${name}`);
      assert.deepEqual(await namesIn(view, '/', { filter: (name) => name.startsWith('a') }), ['a1', 'a2']);
    },
  },
  {
    title: 'a listing leaves out what vanished since its names were read',
    async run({ view }) {
      for (let number = 0; number < 60; number += 1) await put(view, `/${number}`);
      const batches: (readonly string[])[] = [];
      for await (const batch of view.list(at('/'), { batchSize: 20 })) {
        batches.push(batch.map((entry) => entry.name));
        if (batches.length > 1) continue;
        for (const name of await namesIn(view, '/'))
          if (!batches[0]?.includes(name)) await view.remove(at(`/${name}`));
      }
      // What is in the second batch is looked at when it is asked for, and then nothing is there any more.
      assert.equal(batches.length, 1);
      assert.ok(batches[0] !== undefined && batches[0].length > 0 && batches[0].length <= 20);
    },
  },
  {
    title: 'a listing may be left before its end',
    async run({ view }) {
      for (let number = 0; number < 20; number += 1) await put(view, `/${number}`);
      for await (const batch of view.list(at('/'), { batchSize: 5 })) {
        assert.equal(batch.length, 5);
        break;
      }
      assert.equal(await get(view, '/0'), '');
    },
  },
];
