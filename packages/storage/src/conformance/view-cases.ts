import assert from 'node:assert/strict';
import { at, entriesOf, fails, get, makeFolder, put, type ConformanceCase } from './case.ts';

export const viewCases: readonly ConformanceCase[] = [
  {
    title: 'a root that is missing, or is a file, is refused',
    async run({ view, storage, root, identity }) {
      await put(view, '/f');
      await fails(storage.enter({ root: `${root}/no`, identity }), 'STORAGE_NOT_FOUND');
      await fails(storage.enter({ root: `${root}/f`, identity }), 'STORAGE_NOT_DIRECTORY');
    },
  },
  {
    title: 'two views of one folder see the same files',
    async run({ view, storage, root, identity }) {
      const other = await storage.enter({ root, identity });
      await put(view, '/f', 'shared');
      assert.equal(await get(other, '/f'), 'shared');
      await other.close();
      assert.equal(await get(view, '/f'), 'shared');
    },
  },
  {
    title: 'the end of a view closes its files and refuses everything after it',
    async run({ view, storage, root, identity }) {
      await put(view, '/f', 'abc');
      const other = await storage.enter({ root, identity });
      const file = await other.openRead(at('/f'));
      await other.close();
      await other.close();
      const closed = 'STORAGE_CLOSED';
      await fails(file.read(Buffer.alloc(1), 0), closed);
      await fails(other.stat(at('/f')), closed);
      await fails(other.openRead(at('/f')), closed);
      await fails(other.openWrite(at('/g'), { disposition: 'replace', mode: 0o644 }), closed);
      await fails(other.remove(at('/f')), closed);
      await fails(entriesOf(other, '/'), closed);
      assert.equal(await get(view, '/f'), 'abc');
    },
  },
  {
    title: 'the end of a view ends a listing under way',
    async run({ view, storage, root, identity }) {
      for (let number = 0; number < 20; number += 1) await put(view, `/${number}`);
      const other = await storage.enter({ root, identity });
      const listing = other.list(at('/'), { batchSize: 5 })[Symbol.asyncIterator]();
      assert.equal((await listing.next()).done, false);
      await other.close();
      await fails(listing.next(), 'STORAGE_CLOSED');
    },
  },
  {
    title: 'the signal ends a view',
    async run({ view, storage, root, identity }) {
      await put(view, '/f', 'abc');
      const ending = new AbortController();
      const other = await storage.enter({ root, identity, signal: ending.signal });
      const file = await other.openRead(at('/f'));
      ending.abort();
      await fails(file.read(Buffer.alloc(1), 0), 'STORAGE_CLOSED');
      await fails(other.stat(at('/f')), 'STORAGE_CLOSED');
      await fails(storage.enter({ root, identity, signal: ending.signal }), 'STORAGE_CLOSED');
    },
  },
  {
    title: 'the end of the storage ends its views',
    async run({ view, storage, root, identity }) {
      await makeFolder(view, '/d');
      await storage.close();
      await storage.close();
      await fails(view.stat(at('/d')), 'STORAGE_CLOSED');
      await fails(storage.enter({ root, identity }), 'STORAGE_CLOSED');
    },
  },
];
