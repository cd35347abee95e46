import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStorage } from './index.ts';

const identity = { user: 'me', uid: 1000, gid: 1000, groups: [] };

describe('a view of the whole system', () => {
  let top: string;
  let storage: Storage;
  let view: StorageView;
  const at = (name: string): ReturnType<typeof virtualPath> => virtualPath(`${top}/${name}`);

  beforeEach(async () => {
    top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.mkdirSync(`${top}/d`);
    fs.writeFileSync(`${top}/d/f`, 'abc');
    fs.symlinkSync(`${top}/d`, `${top}/absolute`);
    fs.symlinkSync('d/f', `${top}/relative`);
    fs.symlinkSync('d/new', `${top}/dangling`);
    fs.symlinkSync('loop', `${top}/loop`);
    storage = createLocalStorage();
    view = await storage.enter({ root: '/', identity });
  });

  afterEach(async () => {
    await storage.close();
    fs.rmSync(top, { recursive: true, force: true });
  });

  it('follows absolute and relative symlinks as the system does', async () => {
    expect(await view.resolve(at('absolute/f'))).toBe(at('d/f'));
    expect((await view.stat(at('relative'))).sizeBytes).toBe(3);
    expect((await view.stat(at('relative'), { followsSymlinks: false })).target).toBe('d/f');
  });

  it('tells the path behind the symlinks of what it opens', async () => {
    const file = await view.openRead(at('absolute/f'));
    expect(file.path).toBe(at('d/f'));
    await file.close();
  });

  it('makes a file where a dangling symlink points', async () => {
    expect(await view.resolve(at('dangling'), { mayBeMissing: true })).toBe(at('d/new'));
    const file = await view.openWrite(at('dangling'), { disposition: 'replace', mode: 0o600 });
    await file.close();
    expect(fs.statSync(`${top}/d/new`).mode & 0o777).toBe(0o600);
  });

  it('lists, renames and removes', async () => {
    const names: string[] = [];
    for await (const batch of view.list(at('absolute'))) names.push(...batch.map((entry) => entry.name));
    expect(names).toEqual(['f']);
    await view.rename(at('absolute/f'), at('g'));
    await view.remove(at('relative'));
    expect(fs.readdirSync(top).sort()).toEqual(['absolute', 'd', 'dangling', 'g', 'loop']);
  });

  it('has names that are not UTF-8', async () => {
    const file = await view.openWrite(at('d/\udce9'), { disposition: 'replace', mode: 0o644 });
    await file.close();
    expect(await view.resolve(at('absolute/\udce9'))).toBe(at('d/\udce9'));
    const names: string[] = [];
    for await (const batch of view.list(at('d'))) names.push(...batch.map((entry) => entry.name));
    expect(names.sort()).toEqual(['f', '\udce9']);
    await view.remove(at('d/\udce9'));
  });

  it('refuses as every view does', async () => {
    await expect(view.stat(at('loop'))).rejects.toMatchObject({ code: 'STORAGE_LOOP', path: at('loop') });
    await expect(view.stat(at('no/x'))).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    await expect(view.stat(at('d/f/x'))).rejects.toMatchObject({ code: 'STORAGE_NOT_DIRECTORY' });
    await expect(view.removeDirectory(virtualPath('/'))).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    expect((await view.stat(virtualPath('/'))).kind).toBe('directory');
  });
});
