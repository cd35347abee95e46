import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { mountHung } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrivilegedStorage } from '../index.ts';

const timeoutMs = 4000;
const hungCount = 30;
const sessionCount = 200;
const maxP99Ms = 50;
const at = virtualPath;

/** Threads that a storage starts with. */
const usualThreads = Math.max(3, Math.min(os.availableParallelism(), 4) + 1);

let top: string;
let threadCount = 0;
const countThread = (): void => {
  threadCount += 1;
};
let storage: Storage;
let unmount: (() => void) | undefined;

beforeEach(async () => {
  top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
  fs.chmodSync(top, 0o755);
  fs.mkdirSync(`${top}/hung`);
  fs.symlinkSync('hung/deep', `${top}/link`);
  fs.writeFileSync(`${top}/file`, 'content');
  threadCount = 0;
  process.on('worker', countThread);
  storage = await createPrivilegedStorage({ timeoutMs });
});

afterEach(async () => {
  process.off('worker', countThread);
  unmount?.();
  unmount = undefined;
  await storage.close();
  fs.rmSync(top, { recursive: true, force: true });
});

function enter(number: number): Promise<StorageView> {
  const identity = { user: `user${number}`, uid: 53_000 + number, gid: 53_000, groups: [] };
  return storage.enter({ root: top, identity });
}

/** Sessions that do something now and then; the time that 99 of 100 operations take at the most. */
async function p99Of(views: readonly StorageView[]): Promise<number> {
  const tookMs: number[] = [];
  await Promise.all(
    views.map(async (view, number) => {
      for (let round = 0; round < 10; round += 1) {
        await wait(20 + ((number * 7 + round * 13) % 40));
        const startedAt = performance.now();
        await (round % 2 === 0 ? view.stat(at('/file')) : view.resolve(at('/new'), { mayBeMissing: true }));
        tookMs.push(performance.now() - startedAt);
      }
    }),
  );
  tookMs.sort((left, right) => left - right);
  return tookMs[Math.floor(tookMs.length * 0.99)] ?? Infinity;
}

describe('a file system that never answers', () => {
  it('stalls only the sessions on it, which are told after the deadline', { timeout: 60_000 }, async () => {
    const views = await Promise.all(Array.from({ length: sessionCount }, (_, number) => enter(number)));
    await expect.poll(() => threadCount, { timeout: 20_000 }).toBe(usualThreads);
    const usualMs = await p99Of(views);
    unmount = mountHung(`${top}/hung`);
    const hung = await Promise.all(Array.from({ length: hungCount }, (_, number) => enter(number)));
    const asked = Promise.allSettled(
      hung.map((view, number) =>
        number % 2 === 0 ? view.stat(at('/hung/file')) : view.openRead(at('/link/file')),
      ),
    );
    const withHungMs = await p99Of(views);
    // On a machine that has other work the usual time may be longer.
    expect(withHungMs).toBeLessThan(Math.max(maxP99Ms, 3 * usualMs));
    for (const result of await asked)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_TIMEOUT' } });
    expect((await views[0]!.stat(at('/file'))).sizeBytes).toBe(7);
  });

  it('holds up nothing that went to a thread together with it, and nothing is done twice', async () => {
    const view = await enter(1);
    fs.chmodSync(top, 0o777);
    const others = await Promise.all(Array.from({ length: 12 }, (_, number) => enter(number + 2)));
    await Promise.all(others.map((other) => other.stat(at('/file'))));
    unmount = mountHung(`${top}/hung`);
    for (let round = 0; round < 20; round += 1) {
      const asked = round === 0 ? view.stat(at('/hung/file')) : view.stat(at('/file'));
      asked.catch(() => {});
      // What is done a second time would find what it made the first time.
      await Promise.all(
        others.map((other, number) => other.makeSymlink('x', at(`/link-${round}-${number}`))),
      );
      if (round > 0) await asked;
    }
    expect(fs.readdirSync(top).filter((name) => name.startsWith('link-'))).toHaveLength(20 * others.length);
  });

  it('lets a session go that waits on it, and the storage end', async () => {
    unmount = mountHung(`${top}/hung`);
    const view = await enter(1);
    const asked = view.stat(at('/hung/file'));
    void view.close();
    await expect(asked).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
    await expect(view.stat(at('/file'))).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
    const other = await enter(2);
    expect((await other.stat(at('/file'))).kind).toBe('file');
    unmount();
    unmount = undefined;
    await view.close();
  });

  it('keeps the root of a session that was given up as long as an operation in it runs', async () => {
    const descriptors = (): number => fs.readdirSync('/proc/self/fd').filter(isTop).length;
    unmount = mountHung(`${top}/hung`);
    const view = await enter(1);
    const asked = view.rename(at('/hung/folder/a'), at('/stolen'));
    await expect(asked).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    await view.close();
    expect(descriptors()).toBe(1);
    unmount();
    unmount = undefined;
    await expect.poll(descriptors, { timeout: 10_000 }).toBe(0);
  });

  it('that comes back answers again', async () => {
    unmount = mountHung(`${top}/hung`);
    const view = await enter(1);
    await expect(view.stat(at('/hung/file'))).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    unmount();
    unmount = undefined;
    await expect
      .poll(() => view.stat(at('/hung')).then(({ kind }) => kind), { timeout: 10_000 })
      .toBe('directory');
  });
});

function isTop(descriptor: string): boolean {
  try {
    return fs.readlinkSync(`/proc/self/fd/${descriptor}`) === top;
  } catch {
    return false;
  }
}
