import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { mountHung } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMountTable, type MountTable } from '../mount-table.ts';
import { storageOnPool } from './privileged-storage.ts';
import { WorkerPool } from './worker-pool.ts';

const timeoutMs = 4000;
const at = virtualPath;

describe('a file system that was mounted a moment ago, and never answers', () => {
  let top: string;
  let known: Uint8Array;
  let mounts: MountTable;
  let pool: WorkerPool;
  let storage: Storage;
  let unmount: (() => void) | undefined;

  const readMounts = (): Uint8Array => fs.readFileSync('/proc/self/mountinfo');

  beforeEach(async () => {
    top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.chmodSync(top, 0o755);
    fs.mkdirSync(`${top}/hung`);
    fs.writeFileSync(`${top}/file`, 'content');
    known = readMounts();
    mounts = createMountTable({ read: () => known });
    pool = new WorkerPool({
      maxWorkers: 16,
      usualWorkers: 3,
      mounts,
      timeoutMs,
      url: new URL('../worker/storage-worker.ts', import.meta.url),
      separatesThread: true,
    });
    await pool.start();
    storage = storageOnPool(pool, {});
  });

  afterEach(async () => {
    unmount?.();
    unmount = undefined;
    await storage.close();
    await pool.close();
    fs.rmSync(top, { recursive: true, force: true });
  });

  const enter = (number: number): Promise<StorageView> =>
    storage.enter({
      root: top,
      identity: { user: `user${number}`, uid: 53_000 + number, gid: 53_000, groups: [] },
    });

  it('takes no threads of the one below, though the table of mounts was read again before it was found slow', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, (_, number) => enter(number)));
    const hung = await Promise.all(Array.from({ length: 20 }, (_, number) => enter(100 + number)));
    unmount = mountHung(`${top}/hung`);
    for (const view of hung) view.stat(at('/hung/file')).catch(() => {});
    // Until threads have the first of them, all counted for the file system below.
    await turn();
    await turn();
    known = readMounts();
    mounts.refresh();
    for (let round = 0; round < 50; round += 1)
      for (const view of others) expect((await view.stat(at('/file'))).sizeBytes).toBe(7);
  });
});
