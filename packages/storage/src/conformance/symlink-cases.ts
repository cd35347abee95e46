import assert from 'node:assert/strict';
import { maxSymlinks } from '../symlink-walk.ts';
import { at, entriesOf, fails, get, makeFolder, namesIn, put, type ConformanceCase } from './case.ts';

export const symlinkCases: readonly ConformanceCase[] = [
  {
    title: 'a symlink is followed to what it stands for, or described itself',
    needs: 'symlinks',
    async run({ view }) {
      await put(view, '/f', 'abc');
      await view.makeSymlink('f', at('/link'));
      assert.equal((await view.stat(at('/link'))).kind, 'file');
      const link = await view.stat(at('/link'), { followsSymlinks: false });
      assert.equal(link.kind, 'symlink');
      assert.equal(link.target, 'f');
      assert.equal(await get(view, '/link'), 'abc');
    },
  },
  {
    title: 'an open file tells the path behind the symlinks',
    needs: 'symlinks',
    async run({ view }) {
      await makeFolder(view, '/d');
      await put(view, '/d/f', 'abc');
      await view.makeSymlink('d', at('/dl'));
      await view.makeSymlink('/dl/f', at('/fl'));
      const file = await view.openRead(at('/fl'));
      assert.equal(file.path, '/d/f');
      await file.close();
      const writer = await view.openWrite(at('/dl/new'), { disposition: 'replace', mode: 0o644 });
      assert.equal(writer.path, '/d/new');
      await writer.close();
    },
  },
  {
    title: 'resolve gives the path without symlinks, also of a name that is still missing',
    needs: 'symlinks',
    async run({ view }) {
      await makeFolder(view, '/d');
      await makeFolder(view, '/d/e');
      await view.makeSymlink('../d/./e/', at('/d/back'));
      await view.makeSymlink('e/..', at('/d/here'));
      await view.makeSymlink('.', at('/dot'));
      assert.equal(await view.resolve(at('/d/back')), '/d/e');
      assert.equal(await view.resolve(at('/d/here')), '/d');
      assert.equal(await view.resolve(at('/dot')), '/');
      assert.equal(await view.resolve(at('/dot/dot/d')), '/d');
      assert.equal(await view.resolve(at('/d/back/new'), { mayBeMissing: true }), '/d/e/new');
      assert.equal(await view.resolve(at('/')), '/');
      await fails(view.resolve(at('/d/back/new')), 'STORAGE_NOT_FOUND', '/d/back/new');
      assert.equal((await view.stat(at('/d/here'))).inode, (await view.stat(at('/d'))).inode);
    },
  },
  {
    title: 'an absolute symlink starts at the root of the view',
    needs: 'symlinks',
    async run({ view, outer }) {
      await makeFolder(view, '/outside');
      await put(view, '/outside/prey', 'inside');
      await view.makeSymlink('/outside', at('/link'));
      assert.equal(await get(view, '/link/prey'), 'inside');
      assert.equal(await get(outer, '/outside/prey'), 'prey');
    },
  },
  {
    title: 'no symlink leads out of the root, whatever the operation',
    needs: 'symlinks',
    async run({ view, outer }) {
      await outer.makeSymlink('../secret', at('/jail/up'));
      await outer.makeSymlink('../outside', at('/jail/updir'));
      await outer.makeSymlink('../../../../../../outside', at('/jail/upmost'));
      await makeFolder(view, '/in');
      await outer.makeSymlink('../../../outside', at('/jail/in/deep'));
      await fails(view.openRead(at('/up')), 'STORAGE_NOT_FOUND', '/up');
      await fails(view.stat(at('/up')), 'STORAGE_NOT_FOUND', '/up');
      for (const folder of ['/updir', '/upmost', '/in/deep']) {
        const prey = at(`${folder}/prey`);
        await fails(entriesOf(view, folder), 'STORAGE_NOT_FOUND', folder);
        await fails(view.openRead(prey), 'STORAGE_NOT_FOUND', prey);
        await fails(view.openWrite(prey, { disposition: 'replace', mode: 0o644 }), 'STORAGE_NOT_FOUND', prey);
        await fails(
          view.openWrite(at(`${folder}/new`), { disposition: 'exclusive', mode: 0o644 }),
          'STORAGE_NOT_FOUND',
        );
        await fails(view.remove(prey), 'STORAGE_NOT_FOUND', prey);
        await fails(view.rename(prey, at('/stolen')), 'STORAGE_NOT_FOUND', prey);
        await fails(view.makeDirectory(at(`${folder}/new`), { mode: 0o755 }), 'STORAGE_NOT_FOUND');
        await fails(view.removeDirectory(at(`${folder}/empty`)), 'STORAGE_NOT_FOUND');
        await fails(view.setMode(prey, 0o777), 'STORAGE_NOT_FOUND', prey);
        await fails(view.setTimes(prey, { modifiedMs: 0 }), 'STORAGE_NOT_FOUND', prey);
        await fails(view.makeSymlink('x', at(`${folder}/new`)), 'STORAGE_NOT_FOUND');
        await fails(view.mayAccess(prey, { read: true }), 'STORAGE_NOT_FOUND', prey);
        await fails(view.resolve(prey), 'STORAGE_NOT_FOUND', prey);
      }
      await put(view, '/mine', 'mine');
      await fails(view.rename(at('/mine'), at('/updir/new')), 'STORAGE_NOT_FOUND');
      assert.deepEqual(await namesIn(outer, '/outside'), ['empty', 'prey']);
      assert.equal(await get(outer, '/outside/prey'), 'prey');
    },
  },
  {
    title: 'a file written through a symlink that leads out is made inside the root',
    needs: 'symlinks',
    async run({ view, outer }) {
      await outer.makeSymlink('../../secret', at('/jail/up'));
      await put(view, '/up', 'caught');
      assert.equal(await get(view, '/secret'), 'caught');
      assert.equal(await get(outer, '/secret'), 'secret');
    },
  },
  {
    title: 'a listing shows the links, or what is behind them',
    needs: 'symlinks',
    async run({ view, outer }) {
      await makeFolder(view, '/d');
      await put(view, '/f', 'abc');
      await view.makeSymlink('d', at('/to-d'));
      await view.makeSymlink('f', at('/to-f'));
      await view.makeSymlink('nothing', at('/dangling'));
      await outer.makeSymlink('../secret', at('/jail/out'));
      const kinds = async (followsSymlinks: boolean): Promise<Record<string, string>> =>
        Object.fromEntries(
          (await entriesOf(view, '/', { followsSymlinks })).map(({ name, kind }) => [name, kind]),
        );
      const links = { dangling: 'symlink', out: 'symlink', 'to-d': 'symlink', 'to-f': 'symlink' };
      assert.deepEqual(await kinds(false), { d: 'directory', f: 'file', ...links });
      assert.deepEqual(await kinds(true), {
        d: 'directory',
        f: 'file',
        ...links,
        'to-d': 'directory',
        'to-f': 'file',
      });
      const shown = await entriesOf(view, '/', { filter: (name) => name === 'out' });
      assert.deepEqual(
        shown.map(({ target }) => target),
        ['../secret'],
      );
    },
  },
  {
    title: 'a folder is listed through a symlink',
    needs: 'symlinks',
    async run({ view }) {
      await makeFolder(view, '/d');
      await put(view, '/d/f');
      await view.makeSymlink('d', at('/link'));
      assert.deepEqual(await namesIn(view, '/link'), ['f']);
    },
  },
  {
    title: 'symlinks that go in circles are STORAGE_LOOP',
    needs: 'symlinks',
    async run({ view }) {
      await view.makeSymlink('b', at('/a'));
      await view.makeSymlink('a', at('/b'));
      await view.makeSymlink('self/x', at('/self'));
      for (const path of ['/a', '/b/x', '/self']) {
        await fails(view.stat(at(path)), 'STORAGE_LOOP', path);
        await fails(view.openRead(at(path)), 'STORAGE_LOOP', path);
        await fails(view.openWrite(at(path), { disposition: 'replace', mode: 0o644 }), 'STORAGE_LOOP', path);
      }
    },
  },
  {
    title: 'a chain of 40 symlinks is followed, one of 41 is STORAGE_LOOP',
    needs: 'symlinks',
    async run({ view }) {
      await put(view, '/0', 'end');
      for (let number = 1; number <= maxSymlinks + 1; number += 1)
        await view.makeSymlink(`${number - 1}`, at(`/${number}`));
      assert.equal(await get(view, `/${maxSymlinks}`), 'end');
      await fails(view.openRead(at(`/${maxSymlinks + 1}`)), 'STORAGE_LOOP');
    },
  },
  {
    title: 'a dangling symlink is STORAGE_NOT_FOUND, and a file is made where it points',
    needs: 'symlinks',
    async run({ view }) {
      await view.makeSymlink('target', at('/link'));
      await view.makeSymlink('no/target', at('/nowhere'));
      await fails(view.stat(at('/link')), 'STORAGE_NOT_FOUND', '/link');
      await fails(view.openRead(at('/link')), 'STORAGE_NOT_FOUND', '/link');
      await fails(
        view.openWrite(at('/nowhere'), { disposition: 'replace', mode: 0o644 }),
        'STORAGE_NOT_FOUND',
        '/nowhere',
      );
      await fails(
        view.openWrite(at('/link'), { disposition: 'exclusive', mode: 0o644 }),
        'STORAGE_EXISTS',
        '/link',
      );
      assert.equal(await view.resolve(at('/link'), { mayBeMissing: true }), '/target');
      await put(view, '/link', 'made');
      assert.equal(await get(view, '/target'), 'made');
    },
  },
  {
    title: 'a dangling symlink through `..` and `.` ends at a path without them',
    needs: 'symlinks',
    async run({ view }) {
      await makeFolder(view, '/d');
      await makeFolder(view, '/e');
      for (const [number, target] of [
        '../e/new',
        './../e//./new',
        '/d/../e/new',
        '../../../e/new',
      ].entries()) {
        const link = at(`/d/link${number}`);
        await view.makeSymlink(target, link);
        assert.equal(await view.resolve(link, { mayBeMissing: true }), '/e/new');
        const file = await view.openWrite(link, { disposition: 'replace', mode: 0o644 });
        assert.equal(file.path, '/e/new');
        await file.close();
        await view.remove(at('/e/new'));
      }
    },
  },
  {
    title: 'a symlink to a file with a slash behind it is STORAGE_NOT_DIRECTORY',
    needs: 'symlinks',
    async run({ view }) {
      await put(view, '/f');
      await view.makeSymlink('f/', at('/link'));
      await fails(view.stat(at('/link')), 'STORAGE_NOT_DIRECTORY', '/link');
    },
  },
  {
    title: 'remove and rename act on the link, never on what it stands for',
    needs: 'symlinks',
    async run({ view }) {
      await put(view, '/f', 'kept');
      await makeFolder(view, '/d');
      await view.makeSymlink('f', at('/to-f'));
      await view.makeSymlink('d', at('/to-d'));
      await view.rename(at('/to-f'), at('/moved'));
      assert.equal((await view.stat(at('/moved'), { followsSymlinks: false })).target, 'f');
      await view.remove(at('/moved'));
      await fails(view.removeDirectory(at('/to-d')), 'STORAGE_NOT_DIRECTORY', '/to-d');
      await view.remove(at('/to-d'));
      assert.deepEqual(await namesIn(view, '/'), ['d', 'f']);
      assert.equal(await get(view, '/f'), 'kept');
    },
  },
  {
    title: 'rename over a symlink replaces the link, not what it stands for',
    needs: 'symlinks',
    async run({ view }) {
      await put(view, '/f', 'kept');
      await put(view, '/new', 'new');
      await view.makeSymlink('f', at('/link'));
      await view.rename(at('/new'), at('/link'));
      assert.equal(await get(view, '/link'), 'new');
      assert.equal(await get(view, '/f'), 'kept');
    },
  },
  {
    title: 'nothing is made over a symlink, even a dangling one',
    needs: 'symlinks',
    async run({ view }) {
      await view.makeSymlink('nothing', at('/link'));
      await fails(view.makeDirectory(at('/link'), { mode: 0o755 }), 'STORAGE_EXISTS', '/link');
      await fails(view.makeSymlink('x', at('/link')), 'STORAGE_EXISTS', '/link');
      await fails(view.makeSymlink('x', at('/')), 'STORAGE_EXISTS', '/');
    },
  },
  {
    title: 'a symlink without a target is STORAGE_NOT_FOUND, one with NUL STORAGE_BAD_NAME',
    needs: 'symlinks',
    async run({ view }) {
      await fails(view.makeSymlink('', at('/link')), 'STORAGE_NOT_FOUND', '/link');
      await fails(view.makeSymlink('a\0b', at('/link')), 'STORAGE_BAD_NAME', '/link');
    },
  },
  {
    title: 'modes and times are set on what a symlink stands for',
    needs: 'symlinks',
    async run({ view, storage }) {
      await put(view, '/f');
      await view.makeSymlink('f', at('/link'));
      await view.setTimes(at('/link'), { modifiedMs: 1_000_000_000_000 });
      assert.equal((await view.stat(at('/f'))).modifiedMs, 1_000_000_000_000);
      if (storage.capabilities.modes) await view.setMode(at('/link'), 0o640);
      assert.equal((await view.stat(at('/f'))).mode, storage.capabilities.modes ? 0o640 : 0o644);
    },
  },
  {
    title: 'the target of a symlink is kept byte for byte',
    needs: 'symlinks',
    async run({ view }) {
      for (const target of ['a b\n"c"', 'gr\udce9sse', '/abs//x/../y/', '*']) {
        await view.makeSymlink(target, at('/link'));
        assert.equal((await view.stat(at('/link'), { followsSymlinks: false })).target, target);
        await view.remove(at('/link'));
      }
    },
  },
];
