import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { virtualPath, type StorageView } from '@ftpd/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPool, storageOnPool } from './privileged-storage.ts';
import type { WorkerPool } from './worker-pool.ts';

const ann = { user: 'ann', uid: 51_001, gid: 51_001, groups: [] };
const handle = 0o10000000;

describe('the root of a session', () => {
  let pool: WorkerPool;
  let top: string;

  beforeAll(async () => {
    pool = await startPool({});
  });
  afterAll(() => pool.close());

  beforeEach(() => {
    top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.mkdirSync(`${top}/home`);
    fs.chownSync(`${top}/home`, ann.uid, ann.gid);
    fs.mkdirSync(`${top}/secret`, { mode: 0o700 });
    fs.writeFileSync(`${top}/home/file`, 'content');
    fs.symlinkSync('home', `${top}/link`);
  });
  afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

  const open = (name: string): number => fs.openSync(name, handle);
  const descriptors = (): number =>
    fs.readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(top);
      } catch {
        return false;
      }
    }).length;

  const enter = (name: string, openRoot?: (path: string) => Promise<number>): Promise<StorageView> =>
    storageOnPool(pool, openRoot === undefined ? {} : { openRoot }).enter({
      root: `${top}/${name}`,
      identity: ann,
    });

  it('below a folder that is closed to the user is opened by whoever may', async () => {
    await expect(enter('home')).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    const asked: string[] = [];
    const view = await enter('home', async (name) => {
      asked.push(name);
      return open(name);
    });
    expect(asked).toEqual([`${top}/home`]);
    expect((await view.stat(virtualPath('/file'))).sizeBytes).toBe(7);
    await view.makeDirectory(virtualPath('/d'), { mode: 0o755 });
    expect(fs.statSync(`${top}/home/d`).uid).toBe(ann.uid);
    expect(await view.resolve(virtualPath('/d'))).toBe('/d');
    await view.close();
    expect(descriptors()).toBe(0);
  });

  it('is opened as the user where the user may', async () => {
    fs.chmodSync(top, 0o755);
    const view = await enter('link', () => Promise.reject(new Error('nobody is asked')));
    expect((await view.stat(virtualPath('/file'))).sizeBytes).toBe(7);
    await view.close();
  });

  it('that is closed to the user, or is no folder, lets nobody in, whoever opened it', async () => {
    await expect(enter('secret', async (name) => open(name))).rejects.toMatchObject({
      code: 'STORAGE_DENIED',
    });
    await expect(enter('home', async () => open(`${top}/home/file`))).rejects.toMatchObject({
      code: 'STORAGE_NOT_DIRECTORY',
    });
    await expect(enter('home', () => Promise.reject(new Error('no')))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    expect(descriptors()).toBe(0);
  });

  it('stays the root when it is renamed, and is found where it is then', async () => {
    fs.chmodSync(top, 0o755);
    const view = await enter('home');
    fs.renameSync(`${top}/home`, `${top}/moved`);
    fs.mkdirSync(`${top}/home`);
    fs.mkdirSync(`${top}/moved/d`);
    fs.symlinkSync('/d', `${top}/moved/to-d`);
    expect(await view.resolve(virtualPath('/to-d'))).toBe('/d');
    expect((await view.stat(virtualPath('/file'))).sizeBytes).toBe(7);
    await view.close();
  });
});
