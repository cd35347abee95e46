import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { virtualPath } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrivilegedStorage } from '../index.ts';

const ann = { user: 'ann', uid: 51_001, gid: 51_001, groups: [] };

describe('storage threads that are lost', () => {
  let top: string;
  const threads = new Set<Worker>();
  let started = 0;
  const onThread = (thread: Worker): void => {
    started += 1;
    threads.add(thread);
    thread.once('exit', () => threads.delete(thread));
  };

  beforeEach(() => {
    top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.chownSync(top, ann.uid, ann.gid);
    started = 0;
    process.on('worker', onThread);
  });
  afterEach(() => {
    process.off('worker', onThread);
    fs.rmSync(top, { recursive: true, force: true });
  });

  it('leave the files open that they opened, and others take their place', async () => {
    const storage = await createPrivilegedStorage({ maxWorkers: 2 });
    const view = await storage.enter({ root: top, identity: ann });
    const file = await view.openWrite(virtualPath('/f'), { disposition: 'replace', mode: 0o644 });
    await Promise.all([...threads].map((thread) => thread.terminate()));
    // The numbers that the threads would have closed are in use.
    const others = Array.from({ length: 20 }, () => fs.openSync('/dev/null', 'r'));
    await file.write(Buffer.from('written'), 0);
    await file.close();
    for (const descriptor of others) fs.closeSync(descriptor);
    expect((await view.stat(virtualPath('/f'))).sizeBytes).toBe(7);
    await storage.close();
    expect(threads.size).toBe(0);
  });

  it('because they are not who they should be have refused the operation, and do no other', async () => {
    const storage = await createPrivilegedStorage({
      maxWorkers: 1,
      workerUrl: new URL('../../test/lost-worker.ts', import.meta.url),
    });
    const enter = (): Promise<unknown> => storage.enter({ root: top, identity: ann });
    await expect(enter()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await expect(enter()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(started).toBeGreaterThanOrEqual(2);
    await storage.close();
  });

  it('before they begin make no storage', async () => {
    const workerUrl = new URL('data:text/javascript,process.exit(3)');
    await expect(createPrivilegedStorage({ workerUrl })).rejects.toMatchObject({
      code: 'STORAGE_UNSUPPORTED',
    });
  });
});
