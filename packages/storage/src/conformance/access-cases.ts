import assert from 'node:assert/strict';
import {
  at,
  entriesOf,
  fails,
  get,
  makeFolder,
  put,
  type AccessSetting,
  type ConformanceCase,
} from './case.ts';

/** Promises of storages that act as the user of a view; `stranger` has nothing in common with `identity`. */
export const accessCases: readonly ConformanceCase<AccessSetting>[] = [
  {
    title: 'what a user makes belongs to that user and group',
    async run({ view, identity }) {
      await put(view, '/f');
      await makeFolder(view, '/d');
      for (const path of ['/f', '/d']) {
        const { uid, gid } = await view.stat(at(path));
        assert.deepEqual({ uid, gid }, { uid: identity.uid, gid: identity.gid });
      }
    },
  },
  {
    title: 'a private file is closed to others, whatever they try',
    async run({ view, theirs }) {
      await put(view, '/f', 'private', 0o600);
      await fails(theirs.openRead(at('/f')), 'STORAGE_DENIED', '/f');
      for (const disposition of ['replace', 'append', 'resume'] as const) {
        await fails(theirs.openWrite(at('/f'), { disposition, mode: 0o644 }), 'STORAGE_DENIED', '/f');
      }
      await fails(theirs.setMode(at('/f'), 0o666), 'STORAGE_DENIED', '/f');
      await fails(theirs.setTimes(at('/f'), { modifiedMs: 0 }), 'STORAGE_DENIED', '/f');
      assert.equal(await theirs.mayAccess(at('/f'), { read: true }), false);
      assert.equal(await theirs.mayAccess(at('/f'), {}), true);
      assert.equal((await theirs.stat(at('/f'))).sizeBytes, 7);
      assert.equal(await get(view, '/f'), 'private');
    },
  },
  {
    title: 'a folder that others may not write keeps its entries',
    async run({ view, theirs }) {
      await makeFolder(view, '/d', 0o755);
      await put(view, '/d/f', '', 0o666);
      await makeFolder(view, '/d/e', 0o777);
      await fails(theirs.remove(at('/d/f')), 'STORAGE_DENIED', '/d/f');
      await fails(theirs.removeDirectory(at('/d/e')), 'STORAGE_DENIED', '/d/e');
      await fails(theirs.rename(at('/d/f'), at('/d/g')), 'STORAGE_DENIED');
      await fails(theirs.makeDirectory(at('/d/new'), { mode: 0o755 }), 'STORAGE_DENIED', '/d/new');
      await fails(
        theirs.openWrite(at('/d/new'), { disposition: 'exclusive', mode: 0o644 }),
        'STORAGE_DENIED',
        '/d/new',
      );
      assert.equal((await entriesOf(theirs, '/d')).length, 2);
    },
  },
  {
    title: 'a folder that others may only pass is not listed to them, but passed',
    async run({ view, theirs }) {
      await makeFolder(view, '/d', 0o711);
      await put(view, '/d/f', 'known');
      await fails(entriesOf(theirs, '/d'), 'STORAGE_DENIED', '/d');
      assert.equal(await get(theirs, '/d/f'), 'known');
    },
  },
  {
    title: 'a folder that others may not pass hides what is in it, missing or not',
    async run({ view, theirs }) {
      await makeFolder(view, '/d', 0o700);
      await put(view, '/d/f');
      for (const path of ['/d/f', '/d/no']) {
        await fails(theirs.stat(at(path)), 'STORAGE_DENIED', path);
        assert.equal(await theirs.mayAccess(at(path), { read: true }), false);
      }
      await fails(theirs.resolve(at('/d/no'), { mayBeMissing: true }), 'STORAGE_DENIED', '/d/no');
    },
  },
  {
    title: 'in a sticky folder everybody removes only their own',
    async run({ view, theirs }) {
      await makeFolder(view, '/d', 0o777);
      await view.setMode(at('/d'), 0o1777);
      await put(view, '/d/mine');
      await put(theirs, '/d/theirs');
      await fails(theirs.remove(at('/d/mine')), 'STORAGE_DENIED', '/d/mine');
      await fails(theirs.rename(at('/d/mine'), at('/d/x')), 'STORAGE_DENIED');
      await theirs.remove(at('/d/theirs'));
    },
  },
  {
    title: 'a file is given only to a group that its owner is in',
    async run({ view, theirs, stranger }) {
      await put(view, '/f');
      await fails(view.setGroup(at('/f'), stranger.gid), 'STORAGE_DENIED', '/f');
      await fails(theirs.setGroup(at('/f'), stranger.gid), 'STORAGE_DENIED', '/f');
    },
  },
];
