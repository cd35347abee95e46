import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onThread } from '../test/on-thread.ts';
import { isRoot, scratchFolder } from '../test/scratch-folder.ts';
import { becomeOnThread, threadIdentity } from './index.ts';

const folder = scratchFolder();
const self = { uid: process.geteuid?.() ?? -1, gid: process.getegid?.() ?? -1 };

describe('becomeOnThread', () => {
  test('takes the identity that the thread has already, without any right', async () => {
    const identity = await onThread(({ posix }) => {
      posix.becomeOnThread(posix.threadIdentity());
      return posix.threadIdentity();
    }, undefined);
    expect(identity).toMatchObject(self);
  });

  test.each([
    ['a negative uid', { uid: -1, gid: 0, groups: [] }],
    ['the uid that means "leave it"', { uid: 0xff_ff_ff_ff, gid: 0, groups: [] }],
    ['a fraction', { uid: 1.5, gid: 0, groups: [] }],
    ['a uid beyond 32 bits, which would become root', { uid: 2 ** 32, gid: 0, groups: [] }],
    ['a negative gid', { uid: 0, gid: -1, groups: [] }],
    ['a group that is none', { uid: 0, gid: 0, groups: [Number.NaN] }],
    ['too many groups', { uid: 0, gid: 0, groups: Array.from({ length: 65_537 }, () => 1) }],
  ])('refuses %s before anything is changed', (_title, identity) => {
    expect(() => becomeOnThread(identity)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(threadIdentity()).toMatchObject(self);
  });
});

describe.runIf(isRoot)('becomeOnThread as root', () => {
  test('gives new files to the user, on this thread alone', async () => {
    const path = join(folder, 'of-a-user');
    mkdirSync(path);
    const { identity, uids } = await onThread(({ posix, fs }, at) => {
      fs.chownSync(at, 1234, 1234);
      fs.chmodSync(at, 0o777);
      const owners: number[] = [];
      for (const uid of [1234, 1235, 0, 1236]) {
        posix.becomeOnThread({ uid, gid: uid + 1, groups: [70, 60, 70] });
        fs.writeFileSync(`${at}/${uid}`, 'x');
        owners.push(fs.statSync(`${at}/${uid}`).uid, fs.statSync(`${at}/${uid}`).gid);
      }
      return { identity: posix.threadIdentity(), uids: owners };
    }, path);
    expect(uids).toEqual([1234, 1235, 1235, 1236, 0, 1, 1236, 1237]);
    expect(identity).toEqual({ uid: 1236, gid: 1237, groups: [60, 70, 70] });
    writeFileSync(join(path, 'of-the-process'), 'x');
    expect(statSync(join(path, 'of-the-process'))).toMatchObject(self);
    expect(threadIdentity()).toMatchObject(self);
  });

  test('takes the rights of root from the thread, and opens what a group opens', async () => {
    const path = join(folder, 'rights');
    mkdirSync(path);
    const codes = await onThread(({ posix, fs }, at) => {
      fs.mkdirSync(`${at}/private`, { mode: 0o700 });
      fs.writeFileSync(`${at}/group-file`, 'x');
      fs.chownSync(`${at}/group-file`, 0, 7777);
      fs.chmodSync(`${at}/group-file`, 0o640);
      const attempt = (work: () => unknown): string => {
        try {
          work();
          return 'ok';
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      posix.becomeOnThread({ uid: 1234, gid: 1234, groups: [] });
      const without = attempt(() => fs.readFileSync(`${at}/group-file`));
      posix.becomeOnThread({ uid: 1234, gid: 1234, groups: [5, 7777] });
      const within = attempt(() => fs.readFileSync(`${at}/group-file`));
      return [without, within, attempt(() => fs.readdirSync(`${at}/private`))];
    }, path);
    expect(codes).toEqual(['EACCES', 'ok', 'EACCES']);
  });

  // A thread stands in for a process without CAP_SETUID: capabilities are of a thread.
  test.each([
    ['CAP_SETUID', 'setuid' as const],
    ['CAP_SETGID', 'setgid' as const],
  ])('throws where %s is missing, and then for ever', async (_name, capability) => {
    const codes = await onThread(({ posix, fs }, missing) => {
      posix.dropThreadCapabilities([missing]);
      const attempt = (uid: number): string => {
        try {
          posix.becomeOnThread({ uid, gid: uid, groups: [uid] });
          return `became ${fs.readFileSync('/proc/thread-self/status', 'latin1')}`;
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      return [attempt(1234), attempt(0)];
    }, capability);
    expect(codes).toEqual(['EPERM', 'EPERM']);
  });
});

describe('separateThread', () => {
  test('gives the thread a umask of its own', async () => {
    const before = process.umask();
    const masks = await onThread(({ posix }) => {
      posix.separateThread();
      const first = posix.threadUmask(0o741);
      return [first, posix.threadUmask(0)];
    }, undefined);
    expect(masks).toEqual([before, 0o741]);
    expect(process.umask()).toBe(before);
  });
});
