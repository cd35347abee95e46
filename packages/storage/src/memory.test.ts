import { describe, expect, it } from 'vitest';
import { storageConformance } from './conformance.ts';
import { createMemoryStorage } from './memory.ts';
import type { Storage, StorageView } from './storage.ts';
import { rootPath, virtualPath } from './virtual-path.ts';

const identity = { user: 'me', uid: 1000, gid: 100, groups: [100, 27], group: 'users' };
const root = { user: 'root', uid: 0, gid: 0, groups: [] };
const at = virtualPath;
const replace = { disposition: 'replace', mode: 0o644 } as const;

storageConformance({ describe, it }, 'memory', {
  open: () => ({ storage: createMemoryStorage(), root: '/', identity }),
  stranger: { user: 'you', uid: 1001, gid: 101, groups: [] },
});

async function write(view: StorageView, path: string, bytes: Uint8Array, position = 0): Promise<void> {
  const file = await view.openWrite(at(path), { ...replace, disposition: 'resume' });
  try {
    await file.write(bytes, position);
  } finally {
    await file.close();
  }
}

describe('a memory storage', () => {
  const enter = (storage: Storage, user = identity): Promise<StorageView> =>
    storage.enter({ root: '/', identity: user });

  it('starts with the files it was given, which belong to root', async () => {
    const view = await enter(
      createMemoryStorage({ files: { '/pub/read me': 'hello', '/raw': Uint8Array.of(0xff) } }),
    );
    expect(await view.stat(at('/pub/read me'))).toMatchObject({
      kind: 'file',
      sizeBytes: 5,
      uid: 0,
      mode: 0o644,
    });
    expect(await view.stat(at('/pub'))).toMatchObject({ kind: 'directory', uid: 0, mode: 0o755 });
    expect((await view.stat(at('/raw'))).sizeBytes).toBe(1);
    await expect(view.remove(at('/pub/read me'))).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
  });

  it('is full at its limit, keeps what found room, and has room again after a removal', async () => {
    const view = await enter(createMemoryStorage({ maxBytes: 64 * 1024 }));
    await write(view, '/a', Buffer.alloc(40_000, 'a'));
    expect(await view.freeBytes(rootPath)).toBe(16 * 1024);
    await expect(write(view, '/b', Buffer.alloc(40_000, 'b'))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      path: '/b',
    });
    expect((await view.stat(at('/b'))).sizeBytes).toBe(16 * 1024);
    await view.remove(at('/b'));
    await view.rename(at('/a'), at('/c'));
    await write(view, '/a', Buffer.alloc(16_000));
    await view.rename(at('/a'), at('/c'));
    expect(await view.freeBytes(rootPath)).toBe(48 * 1024);
  });

  it('keeps the room of a removed file until it is closed', async () => {
    const view = await enter(createMemoryStorage({ maxBytes: 32 * 1024 }));
    await write(view, '/f', Buffer.alloc(20_000));
    const file = await view.openRead(at('/f'));
    await view.remove(at('/f'));
    expect(await view.freeBytes(rootPath)).toBe(0);
    await file.close();
    expect(await view.freeBytes(rootPath)).toBe(32 * 1024);
  });

  it('takes no room for a hole', async () => {
    const view = await enter(createMemoryStorage({ maxBytes: 32 * 1024 }));
    await write(view, '/f', Buffer.from('x'), 2 ** 40);
    expect(await view.freeBytes(rootPath)).toBe(16 * 1024);
  });

  it('tells its clock’s times', async () => {
    let time = 1000;
    const view = await enter(createMemoryStorage({ now: () => time }));
    await write(view, '/f', Buffer.from('x'));
    time = 2000;
    await write(view, '/f', Buffer.from('y'));
    expect(await view.stat(at('/f'))).toMatchObject({ createdMs: 1000, modifiedMs: 2000, changedMs: 2000 });
    time = 3000;
    await view.setTimes(at('/f'), { modifiedMs: 500 });
    expect(await view.stat(at('/f'))).toMatchObject({ modifiedMs: 500, changedMs: 3000, accessedMs: 1000 });
  });

  it('names the owner and group where they are those of the view', async () => {
    const storage = createMemoryStorage();
    const view = await enter(storage);
    await write(view, '/f', Buffer.from('x'));
    expect(await view.stat(at('/f'))).toMatchObject({ owner: 'me', group: 'users' });
    expect(
      Object.keys(await (await enter(storage, { ...identity, uid: 7, gid: 7 })).stat(at('/f'))),
    ).not.toContain('owner');
  });

  it('lets root do what modes forbid, but not execute what nobody may', async () => {
    const storage = createMemoryStorage({ rootMode: 0o755 });
    const view = await storage.enter({ root: '/', identity: root });
    await view.makeDirectory(at('/d'), { mode: 0 });
    await write(view, '/d/f', Buffer.from('x'));
    await view.setMode(at('/d/f'), 0);
    expect(await view.mayAccess(at('/d/f'), { read: true, write: true })).toBe(true);
    expect(await view.mayAccess(at('/d/f'), { execute: true })).toBe(false);
    await expect((await enter(storage)).makeDirectory(at('/x'), { mode: 0o755 })).rejects.toMatchObject({
      code: 'STORAGE_DENIED',
    });
    await expect(storage.enter({ root: '/d', identity })).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
  });

  it('judges members of a file’s group by the bits of the group, though others may more', async () => {
    const storage = createMemoryStorage();
    const view = await enter(storage);
    await write(view, '/f', Buffer.from('x'));
    await view.setGroup(at('/f'), 27);
    await view.setMode(at('/f'), 0o604);
    const member = await enter(storage, { ...identity, uid: 2000, gid: 2000, groups: [27] });
    const other = await enter(storage, { ...identity, uid: 2001, gid: 2001, groups: [] });
    expect(await member.mayAccess(at('/f'), { read: true })).toBe(false);
    expect(await other.mayAccess(at('/f'), { read: true })).toBe(true);
  });

  it('counts the folders in a folder as links', async () => {
    const view = await enter(createMemoryStorage());
    await view.makeDirectory(at('/a'), { mode: 0o755 });
    await view.makeDirectory(at('/a/b'), { mode: 0o755 });
    expect([(await view.stat(rootPath)).linkCount, (await view.stat(at('/a'))).linkCount]).toEqual([3, 3]);
  });
});
