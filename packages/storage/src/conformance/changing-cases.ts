import assert from 'node:assert/strict';
import { at, fails, get, makeFolder, namesIn, put, type ConformanceCase } from './case.ts';

export const changingCases: readonly ConformanceCase[] = [
  {
    title: 'remove takes a file away, and no folder',
    async run({ view }) {
      await put(view, '/f', 'abc');
      await makeFolder(view, '/d');
      assert.deepEqual(await view.remove(at('/f')), { sizeBytes: 3 });
      await fails(view.remove(at('/d')), 'STORAGE_IS_DIRECTORY', '/d');
      await fails(view.remove(at('/')), 'STORAGE_IS_DIRECTORY', '/');
      assert.deepEqual(await namesIn(view, '/'), ['d']);
    },
  },
  {
    title: 'makeDirectory makes one folder, and none over what is there',
    async run({ view }) {
      await makeFolder(view, '/d');
      await makeFolder(view, '/d/e');
      await put(view, '/f');
      for (const path of ['/d', '/f', '/'])
        await fails(view.makeDirectory(at(path), { mode: 0o755 }), 'STORAGE_EXISTS', path);
      assert.deepEqual(await namesIn(view, '/d'), ['e']);
    },
  },
  {
    title: 'a new folder has exactly the mode asked for',
    needs: 'modes',
    async run({ view }) {
      for (const mode of [0o700, 0o755, 0o777]) {
        await makeFolder(view, `/d${mode}`, mode);
        assert.equal((await view.stat(at(`/d${mode}`))).mode, mode);
      }
    },
  },
  {
    title: 'removeDirectory takes an empty folder away, nothing else',
    async run({ view }) {
      await makeFolder(view, '/d');
      await put(view, '/d/f');
      await fails(view.removeDirectory(at('/d')), 'STORAGE_NOT_EMPTY', '/d');
      await fails(view.removeDirectory(at('/d/f')), 'STORAGE_NOT_DIRECTORY', '/d/f');
      await fails(view.removeDirectory(at('/')), 'STORAGE_BUSY', '/');
      await view.remove(at('/d/f'));
      await view.removeDirectory(at('/d'));
      assert.deepEqual(await namesIn(view, '/'), []);
    },
  },
  {
    title: 'rename moves a file, also into another folder',
    async run({ view }) {
      await put(view, '/f', 'content');
      await makeFolder(view, '/d');
      await view.rename(at('/f'), at('/d/g'));
      assert.equal(await get(view, '/d/g'), 'content');
      assert.deepEqual(await namesIn(view, '/'), ['d']);
    },
  },
  {
    title: 'rename replaces a file that is there',
    async run({ view }) {
      await put(view, '/new', 'new');
      await put(view, '/old', 'old');
      await view.rename(at('/new'), at('/old'));
      assert.equal(await get(view, '/old'), 'new');
      assert.deepEqual(await namesIn(view, '/'), ['old']);
    },
  },
  {
    title: 'rename of a file to its own name changes nothing',
    async run({ view }) {
      await put(view, '/f', 'same');
      await view.rename(at('/f'), at('/f'));
      assert.equal(await get(view, '/f'), 'same');
    },
  },
  {
    title: 'rename moves a folder with what is in it',
    async run({ view }) {
      await makeFolder(view, '/d');
      await put(view, '/d/f', 'inside');
      await view.rename(at('/d'), at('/e'));
      assert.equal(await get(view, '/e/f'), 'inside');
    },
  },
  {
    title: 'rename refuses a folder into itself, over a file or over a full folder, and a file over a folder',
    async run({ view }) {
      await makeFolder(view, '/d');
      await makeFolder(view, '/full');
      await put(view, '/full/x');
      await put(view, '/f', 'f');
      await fails(view.rename(at('/d'), at('/d/sub')), 'STORAGE_BAD_NAME');
      await fails(view.rename(at('/d'), at('/f')), 'STORAGE_NOT_DIRECTORY');
      await fails(view.rename(at('/d'), at('/full')), 'STORAGE_NOT_EMPTY');
      await fails(view.rename(at('/f'), at('/d')), 'STORAGE_IS_DIRECTORY');
      await fails(view.rename(at('/'), at('/x')), 'STORAGE_BUSY');
      await fails(view.rename(at('/d'), at('/')), 'STORAGE_BUSY');
      assert.deepEqual(await namesIn(view, '/'), ['d', 'f', 'full']);
      assert.equal(await get(view, '/f'), 'f');
    },
  },
  {
    title: 'times are kept to the millisecond, the time of access only when it is given',
    async run({ view }) {
      await put(view, '/f');
      const kept = (await view.stat(at('/f'))).accessedMs;
      for (const modifiedMs of [
        0, 1, 951_782_400_000, 1_700_000_000_123, 1_234_567_890_999, 4_102_444_800_001,
      ]) {
        await view.setTimes(at('/f'), { modifiedMs });
        const found = await view.stat(at('/f'));
        assert.equal(Math.floor(found.modifiedMs), modifiedMs);
        assert.ok(Math.abs(found.accessedMs - kept) < 2);
      }
      await view.setTimes(at('/f'), { modifiedMs: 5000, accessedMs: 7000 });
      assert.equal(Math.floor((await view.stat(at('/f'))).accessedMs), 7000);
    },
  },
  {
    title: 'times of a folder can be set',
    async run({ view }) {
      await makeFolder(view, '/d');
      await view.setTimes(at('/d'), { modifiedMs: 1_000_000_000_000 });
      assert.equal((await view.stat(at('/d'))).modifiedMs, 1_000_000_000_000);
    },
  },
  {
    title: 'the mode of files and folders can be set',
    needs: 'modes',
    async run({ view }) {
      await put(view, '/f');
      await makeFolder(view, '/d');
      await view.setMode(at('/f'), 0o4711);
      await view.setMode(at('/d'), 0o1770);
      assert.equal((await view.stat(at('/f'))).mode, 0o4711);
      assert.equal((await view.stat(at('/d'))).mode, 0o1770);
      await fails(view.setMode(at('/no'), 0o644), 'STORAGE_NOT_FOUND', '/no');
    },
  },
  {
    title: 'the group can be set to one that the user is in',
    needs: 'groups',
    async run({ view, identity }) {
      await put(view, '/f');
      const gid = identity.groups[0] ?? identity.gid;
      await view.setGroup(at('/f'), gid);
      assert.equal((await view.stat(at('/f'))).gid, gid);
      await fails(view.setGroup(at('/no'), gid), 'STORAGE_NOT_FOUND', '/no');
    },
  },
  {
    title: 'what is new is given to a group that the user is in, and what is there keeps its own',
    needs: 'groups',
    async run({ view, identity }) {
      const group = identity.groups[0] ?? identity.gid;
      const make = async (path: string, options: { readonly group?: number }): Promise<void> => {
        const file = await view.openWrite(at(path), { disposition: 'resume', mode: 0o644, ...options });
        await file.close();
      };
      await make('/f', { group });
      await view.makeDirectory(at('/d'), { mode: 0o755, group });
      await make('/own', {});
      const { gid } = await view.stat(at('/own'));
      await make('/own', { group });
      for (const path of ['/f', '/d']) assert.equal((await view.stat(at(path))).gid, group);
      assert.equal((await view.stat(at('/own'))).gid, gid);
      assert.equal((await view.stat(at('/d'))).mode, 0o755);
    },
  },
  {
    title: 'access is told for what exists',
    async run({ view }) {
      await put(view, '/f');
      assert.equal(await view.mayAccess(at('/f'), { read: true, write: true }), true);
      assert.equal(await view.mayAccess(at('/'), { read: true, write: true, execute: true }), true);
      assert.equal(await view.mayAccess(at('/f'), {}), true);
    },
  },
  {
    title: 'a file that nobody may execute is not executable',
    needs: 'modes',
    async run({ view }) {
      await put(view, '/f', '', 0o644);
      assert.equal(await view.mayAccess(at('/f'), { execute: true }), false);
    },
  },
  {
    title: 'many operations at once end in a consistent tree',
    async run({ view }) {
      await makeFolder(view, '/d');
      const numbers = Array.from({ length: 60 }, (_, number) => number);
      await Promise.all(
        numbers.map(async (number) => {
          await put(view, `/d/${number}`, `content ${number}`);
          await view.rename(at(`/d/${number}`), at(`/d/moved ${number}`));
          if (number % 3 === 0) await view.remove(at(`/d/moved ${number}`));
        }),
      );
      const left = numbers.filter((number) => number % 3 !== 0);
      assert.deepEqual(await namesIn(view, '/d'), left.map((number) => `moved ${number}`).sort());
      for (const number of left) assert.equal(await get(view, `/d/moved ${number}`), `content ${number}`);
    },
  },
];
