import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.ts';
import { AT_FDCWD, closeDescriptor, closeNoted, openAt } from './index.ts';

const folder = scratchFolder();
const threads = 40;
const flags = 0;

/** How many descriptors of the folder are open. */
function openOnes(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === folder;
    } catch {
      return false;
    }
  }).length;
}

test('a note has the descriptor as long as it is open', () => {
  const note = { numbers: new Int32Array([-1, -1]), at: 1 };
  const descriptor = openAt(AT_FDCWD, folder, { flags }, note);
  expect([...note.numbers]).toEqual([-1, descriptor]);
  closeNoted(descriptor, note);
  expect([...note.numbers]).toEqual([-1, -1]);
  expect(() => closeDescriptor(descriptor)).toThrow(expect.objectContaining({ code: 'EBADF' }));
});

test('a note says that nothing was opened', () => {
  const note = { numbers: new Int32Array([-1]), at: 0 };
  expect(() => openAt(AT_FDCWD, join(folder, 'no'), { flags }, note)).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
  expect([...note.numbers]).toEqual([-1]);
});

test('a thread that is ended at any moment has noted what it has open', { timeout: 60_000 }, async () => {
  let found = 0;
  for (let count = 0; count < threads; count += 1) {
    const numbers = new Int32Array(new SharedArrayBuffer(8)).fill(-1, 0, 1);
    const worker = new Worker(new URL('../test/noting-thread.ts', import.meta.url), {
      workerData: { numbers, name: folder },
      trackUnmanagedFds: false,
      execArgv: ['--conditions=@ftpd/source'],
    });
    await expect
      .poll(() => Atomics.load(numbers, 1), { timeout: 20_000, interval: 1 })
      .toBeGreaterThan(50 + count * 7);
    await worker.terminate();
    const [noted = -1] = numbers;
    found += noted >= 0 ? 1 : 0;
    expect(openOnes()).toBe(noted >= 0 ? 1 : 0);
    if (noted >= 0) closeSync(noted);
  }
  // Both ends were met.
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(threads);
});
