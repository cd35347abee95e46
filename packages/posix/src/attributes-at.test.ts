import { chmodSync, closeSync, constants, linkSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { onThread } from '../test/on-thread.ts';
import { isRoot, scratchFolder } from '../test/scratch-folder.ts';
import { O_PATH, accessAt, chmodAt, chmodDescriptor, chownAt, openAt, statAt, utimensAt } from './index.ts';

const scratch = scratchFolder();
let count = 0;
let folder: string;
let dirFd: number;

beforeEach(() => {
  count += 1;
  folder = join(scratch, `t${count}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'content');
  symlinkSync('file', join(folder, 'link'));
  dirFd = openSync(folder, constants.O_DIRECTORY);
  return () => closeSync(dirFd);
});

const at = (name: string): string => join(folder, name);
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

function opened(name: string, flags: number): number {
  const fd = openAt(dirFd, name, { flags });
  onTestFinished(() => closeSync(fd));
  return fd;
}

// Some file systems keep 32 bits of seconds and cut at their ends.
const maxTime = (2n ** 31n - 2n) * 10n ** 9n;

describe('utimensAt', () => {
  test('sets nanoseconds, and leaves what is omitted', () => {
    const before = lstatSync(at('file'), { bigint: true });
    utimensAt(dirFd, 'file', { accessed: 'omit', modified: 1_234_567_890_123_456_789n });
    const after = lstatSync(at('file'), { bigint: true });
    expect(after.mtimeNs).toBe(1_234_567_890_123_456_789n);
    expect(after.atimeNs).toBe(before.atimeNs);
  });

  test('takes every time that all file systems keep, also before 1970', () => {
    fc.assert(
      fc.property(fc.bigInt(-maxTime, maxTime), (time) => {
        utimensAt(dirFd, 'file', { accessed: time, modified: time });
        const { atimeNs, mtimeNs } = lstatSync(at('file'), { bigint: true });
        expect([atimeNs, mtimeNs]).toEqual([time, time]);
      }),
      { numRuns: 100 },
    );
  });

  test('means a symlink itself, its target, or a descriptor', () => {
    const target = lstatSync(at('file')).mtimeMs;
    utimensAt(dirFd, 'link', { accessed: 0n, modified: 1_000_000_000n });
    expect([lstatSync(at('link')).mtimeMs, lstatSync(at('file')).mtimeMs]).toEqual([1000, target]);
    utimensAt(dirFd, 'link', { accessed: 0n, modified: 2_000_000_000n }, { followsSymlink: true });
    expect([lstatSync(at('link')).mtimeMs, lstatSync(at('file')).mtimeMs]).toEqual([1000, 2000]);
    for (const flags of [O_PATH, constants.O_RDONLY]) {
      utimensAt(opened('file', flags), '', { accessed: 0n, modified: BigInt(flags + 3) * 10n ** 9n });
      expect(lstatSync(at('file')).mtimeMs).toBe((flags + 3) * 1000);
    }
    expect(() => utimensAt(dirFd, 'no', { accessed: 0n, modified: 0n })).toThrow(failsWith('ENOENT'));
  });
});

describe('chmod', () => {
  test('of a name and of descriptors', () => {
    chmodAt(dirFd, 'file', 0o640, { followsSymlink: true });
    expect(statSync(at('file')).mode & 0o7777).toBe(0o640);
    chmodAt(opened('file', O_PATH), '', 0o4751);
    expect(statSync(at('file')).mode & 0o7777).toBe(0o4751);
    chmodDescriptor(opened('file', constants.O_RDONLY), 0o2600);
    expect(statSync(at('file')).mode & 0o7777).toBe(0o2600);
  });

  test('says what cannot be', () => {
    expect(() => chmodDescriptor(opened('file', O_PATH), 0o600)).toThrow(failsWith('EBADF'));
    expect(() => chmodAt(dirFd, 'link', 0o600)).toThrow(failsWith('ENOTSUP'));
    expect(() => chmodAt(dirFd, 'no', 0o600)).toThrow(failsWith('ENOENT'));
  });
});

describe('chownAt', () => {
  const self = { uid: process.geteuid?.() ?? -1, gid: process.getegid?.() ?? -1 };

  test('to oneself needs no right, and leaves what is absent', () => {
    chownAt(dirFd, 'file', self);
    chownAt(dirFd, 'file', {});
    chownAt(opened('file', O_PATH), '', { gid: self.gid });
    expect(statSync(at('file'))).toMatchObject(self);
    expect(() => chownAt(dirFd, 'no', self)).toThrow(failsWith('ENOENT'));
    expect(() => chownAt(dirFd, 'file', { uid: 0xff_ff_ff_ff })).toThrow(failsWith('EINVAL'));
    expect(() => chownAt(dirFd, 'file', { gid: -1 })).toThrow(failsWith('EINVAL'));
  });

  test.runIf(isRoot)('gives files, symlinks themselves, and O_PATH descriptors away', async () => {
    chownAt(dirFd, 'link', { uid: 1234, gid: 1235 });
    expect(lstatSync(at('link'))).toMatchObject({ uid: 1234, gid: 1235 });
    expect(lstatSync(at('file'))).toMatchObject(self);
    chownAt(dirFd, 'link', { uid: 4321 }, { followsSymlink: true });
    chownAt(opened('file', O_PATH), '', { gid: 5432 });
    expect(lstatSync(at('file'))).toMatchObject({ uid: 4321, gid: 5432 });
    const code = await onThread(({ posix }, fd) => {
      posix.becomeOnThread({ uid: 4321, gid: 5432, groups: [] });
      try {
        posix.chownAt(fd, 'file', { uid: 0 });
        return 'given away';
      } catch (error) {
        return (error as { code: string }).code;
      }
    }, dirFd);
    expect(code).toBe('EPERM');
  });
});

describe('accessAt', () => {
  test('answers by the mode', () => {
    chmodSync(at('file'), 0o400);
    expect(accessAt(dirFd, 'file', ['exists'])).toBe(true);
    expect(accessAt(dirFd, 'file', ['read'])).toBe(true);
    expect(accessAt(dirFd, 'file', ['read', 'execute'])).toBe(false);
    expect(accessAt(opened('file', O_PATH), '', ['execute'])).toBe(false);
    expect(() => accessAt(dirFd, 'no', ['read'])).toThrow(failsWith('ENOENT'));
    expect(() => accessAt(dirFd, 'file/x', ['read'])).toThrow(failsWith('ENOTDIR'));
  });

  test.runIf(isRoot)('counts the identity of the thread, not of the process', async () => {
    chmodSync(folder, 0o755);
    chmodSync(at('file'), 0o640);
    chownAt(dirFd, 'file', { uid: 1234, gid: 1235 });
    const answers = await onThread(({ posix }, fd) => {
      const rights = (): boolean[] => [
        posix.accessAt(fd, 'file', ['read']),
        posix.accessAt(fd, 'file', ['write']),
        posix.accessAt(fd, '', ['write']),
      ];
      return [
        { uid: 0, gid: 0, groups: [] },
        { uid: 1234, gid: 1, groups: [] },
        { uid: 1, gid: 1235, groups: [] },
        { uid: 1, gid: 1, groups: [7, 1235] },
        { uid: 1, gid: 1, groups: [] },
      ].map((identity) => {
        posix.becomeOnThread(identity);
        return rights();
      });
    }, dirFd);
    expect(answers).toEqual([
      [true, true, true],
      [true, true, false],
      [true, false, false],
      [true, false, false],
      [false, false, false],
    ]);
  });
});

describe('statAt', () => {
  test('tells what Node tells, of a name, a symlink itself, its target, and a descriptor', () => {
    linkSync(at('file'), at('second'));
    utimensAt(dirFd, 'file', { accessed: 1_700_000_000_123_456_789n, modified: -5_500_000_000n });
    const cases = [
      [statAt(dirFd, 'file'), lstatSync(at('file'), { bigint: true })],
      [statAt(dirFd, 'link'), lstatSync(at('link'), { bigint: true })],
      [statAt(dirFd, 'link', { followsSymlink: true }), statSync(at('link'), { bigint: true })],
      [statAt(opened('file', O_PATH), ''), statSync(at('file'), { bigint: true })],
      [statAt(dirFd, ''), statSync(folder, { bigint: true })],
      [statAt(-100, '/dev/null'), statSync('/dev/null', { bigint: true })],
      [statAt(-100, '/proc/self'), lstatSync('/proc/self', { bigint: true })],
    ] as const;
    for (const [status, expected] of cases) {
      const { mode, uid, gid, nlink, ino, dev, size, blocks } = expected;
      expect(status).toMatchObject({ inode: ino, device: dev });
      const { sizeBytes, linkCount } = status;
      expect([status.mode, status.uid, status.gid, linkCount, sizeBytes, status.blocks].map(BigInt)).toEqual([
        mode,
        uid,
        gid,
        nlink,
        size,
        blocks,
      ]);
      expect(status.modifiedMs).toBeCloseTo(Number(expected.mtimeNs) / 1e6, 2);
      expect(status.changedMs).toBeCloseTo(Number(expected.ctimeNs) / 1e6, 2);
    }
    expect(statAt(dirFd, 'file').modifiedMs).toBeCloseTo(-5500, 3);
    expect(statAt(dirFd, 'file').mountId).toBe(statAt(dirFd, '').mountId);
    expect(statAt(-100, '/proc').mountId).not.toBe(statAt(dirFd, '').mountId);
  });

  test('says what is not there', () => {
    expect(() => statAt(dirFd, 'no')).toThrow(failsWith('ENOENT'));
    expect(() => statAt(dirFd, 'file/x')).toThrow(failsWith('ENOTDIR'));
    expect(() => statAt(99_999, 'x')).toThrow(failsWith('EBADF'));
  });
});
