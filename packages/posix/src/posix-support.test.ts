import { describe, expect, test } from 'vitest';
import { inProcess } from '../test/in-process.ts';
import { onThread } from '../test/on-thread.ts';
import { posixSupport } from './index.ts';

/** A loader that finds no package of the given name. */
const without = (name: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === ${JSON.stringify(name)}) throw new Error('not installed');
        return next(specifier, context);
      },
    });
  `)}`;

/** Another system, as far as JavaScript can tell. */
const onSystem = (platform: string, arch: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import os from 'node:os';
    import { syncBuiltinESMExports } from 'node:module';
    os.platform = () => ${JSON.stringify(platform)};
    os.arch = () => ${JSON.stringify(arch)};
    syncBuiltinESMExports();
  `)}`;

describe('posixSupport', () => {
  test('says that the calls work here', () => {
    expect(posixSupport()).toEqual({ isAvailable: true });
  });

  test.each([
    ['koffi is missing', without('koffi'), /koffi/],
    ['the system is macOS', onSystem('darwin', 'arm64'), /darwin/],
    ['the architecture is another', onSystem('linux', 'riscv64'), /riscv64/],
  ])('says no where %s; the import and the check do not fail', async (_title, preload, reason) => {
    const answer = await inProcess(
      ({ posix }) => {
        const attempt = (call: () => unknown): string => {
          try {
            call();
            return 'worked';
          } catch (error) {
            return posix.isPosixError(error) ? error.code : String(error);
          }
        };
        return {
          support: posix.posixSupport(),
          codes: [
            attempt(() => posix.mkdirAt(-100, 'x')),
            attempt(() => posix.becomeOnThread({ uid: 1, gid: 1, groups: [] })),
            attempt(() => posix.socketPair('stream')),
          ],
        };
      },
      undefined,
      { nodeOptions: ['--import', preload] },
    );
    expect(answer.support).toEqual({ isAvailable: false, reason: expect.stringMatching(reason) as unknown });
    expect(answer.codes).toEqual(Array.from({ length: 3 }, () => 'POSIX_UNAVAILABLE'));
  });

  test.each([
    ['is of an older kernel', 38, 'ENOSYS'],
    ['is taken away by a filter', 1, 'EPERM'],
  ])('says no where openat2 %s', async (_title, errno, code) => {
    const support = await onThread(({ posix, seccomp }, denied) => {
      seccomp.denySystemCall('openat2', denied);
      return posix.posixSupport();
    }, errno);
    expect(support).toEqual({
      isAvailable: false,
      reason: expect.stringContaining(`${code}:`) as unknown,
    });
  });
});

describe('an identity that a filter holds back', () => {
  test.each(['setfsuid', 'setfsgid', 'setgroups'] as const)('is an error: %s', async (name) => {
    const codes = await onThread(({ posix, seccomp }, denied) => {
      // Looked at before: afterwards the question is refused, too.
      const { uid, gid } = posix.threadIdentity();
      seccomp.denySystemCall(denied, 1);
      const attempt = (): string => {
        try {
          posix.becomeOnThread({ uid: uid + 1, gid: gid + 1, groups: [1] });
          return 'became';
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      return [attempt(), attempt()];
    }, name);
    expect(codes).toEqual(['EPERM', 'EPERM']);
  });

  test('is an error also where the filter claims success', async () => {
    const code = await onThread(({ posix, seccomp }) => {
      // Error number 0: the call is not made, and answers 0.
      seccomp.denySystemCall('setgroups', 0);
      try {
        posix.becomeOnThread({ ...posix.threadIdentity(), groups: [4711] });
        return 'became';
      } catch (error) {
        return (error as { code: string }).code;
      }
    }, undefined);
    expect(code).toBe('EPERM');
  });
});
