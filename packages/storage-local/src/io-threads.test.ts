import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { virtualPath } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIoThreads, type IoThreads } from './io-threads.ts';
import { LocalOpenFile } from './local-open-file.ts';

const timeoutMs = 300;
const silentDevice = 1;
const goodDevice = 2;
const names = { userName: () => undefined, groupName: () => undefined };

describe('the threads of reads and writes', () => {
  let top: string;
  let threads: IoThreads;

  beforeEach(() => {
    top = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-local-'));
    threads = createIoThreads(4, timeoutMs);
  });

  afterEach(() => {
    threads.close();
    fs.rmSync(top, { recursive: true });
  });

  const opened = (descriptor: number, device: number): LocalOpenFile =>
    new LocalOpenFile({
      descriptor,
      device,
      threads,
      names,
      path: virtualPath('/f'),
      opensAs: 'read',
      onClose: () => {},
    });

  /** A pipe without a word in it: a read holds its thread. Positions mean nothing to it. */
  const silent = (): { file: LocalOpenFile; speak: () => void } => {
    const name = `${top}/pipe`;
    execFileSync('mkfifo', [name]);
    const descriptor = fs.openSync(name, fs.constants.O_RDWR);
    const file = new LocalOpenFile({
      descriptor,
      device: silentDevice,
      threads: {
        run: (device, begin, onOverdue) =>
          threads.run(
            device,
            (end) => fs.read(descriptor, Buffer.alloc(1), 0, 1, null, () => begin(end)),
            onOverdue,
          ),
        close: () => {},
      },
      names,
      path: virtualPath('/pipe'),
      opensAs: 'read',
      onClose: () => {},
    });
    return { file, speak: () => void fs.writeSync(descriptor, 'xxxxxxxx') };
  };

  it('are not all taken by a device that does not answer, and its calls end at the deadline', async () => {
    fs.writeFileSync(`${top}/f`, 'content');
    const good = opened(fs.openSync(`${top}/f`, 'r'), goodDevice);
    const { file, speak } = silent();
    const stuck = Promise.allSettled([1, 2, 3, 4, 5].map(() => file.stat()));
    const buffer = Buffer.alloc(16);
    for (let round = 0; round < 50; round += 1) expect(await good.read(buffer, 0)).toBe(7);
    for (const result of await stuck)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_TIMEOUT' } });
    expect(await good.read(buffer, 0)).toBe(7);
    // What was given up holds its thread still: nothing more begins on that device.
    await expect(file.stat()).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    await good.close();
    speak();
    await file.close();
  });

  it('are free again when the device answers after all', async () => {
    const { file, speak } = silent();
    await expect(file.stat()).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    speak();
    await expect
      .poll(
        () =>
          file.stat().then(
            (stat) => stat.kind,
            () => 'stuck',
          ),
        { timeout: 5000 },
      )
      .toBe('other');
    await file.close();
  });

  it('let a file be closed that waits for an answer, and close it when the answer comes', async () => {
    const { file, speak } = silent();
    const isOpen = (): boolean => fs.readdirSync('/proc/self/fd').some((fd) => linkOf(fd) === `${top}/pipe`);
    await expect(file.stat()).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    await file.close();
    expect(isOpen()).toBe(true);
    speak();
    await expect.poll(isOpen, { timeout: 5000 }).toBe(false);
  });
});

function linkOf(fd: string): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
