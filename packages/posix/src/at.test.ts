import { constants, existsSync, lstatSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { readdirSync, symlinkSync, writeFileSync, closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { onThread } from '../test/on-thread.ts';
import { scratchFolder } from '../test/scratch-folder.ts';
import {
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  linkAt,
  mkdirAt,
  openAt,
  readLinkAt,
  renameAt,
  symlinkAt,
  unlinkAt,
} from './index.ts';

const scratch = scratchFolder();
let count = 0;
let folder: string;
let dirFd: number;

beforeEach(() => {
  count += 1;
  folder = join(scratch, `t${count}`);
  mkdirSync(folder);
  dirFd = openSync(folder, constants.O_DIRECTORY);
  return () => closeSync(dirFd);
});

function opened(fd: number): number {
  onTestFinished(() => closeSync(fd));
  return fd;
}

const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

describe('openAt', () => {
  test('creates with the mode that was asked for, and closes on exec', () => {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
    const fd = opened(openAt(dirFd, 'new', { flags, mode: 0o640 }));
    expect(fstatSync(fd).mode & 0o7777).toBe(0o640 & ~process.umask());
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')).toMatch(/^flags:\s+0?2\d{6}$/m);
    expect(() => openAt(dirFd, 'new', { flags })).toThrow(failsWith('EEXIST'));
  });

  test('keeps "..", absolute names and symlinks below the root', () => {
    writeFileSync(join(folder, 'target'), 'inside');
    symlinkSync('/target', join(folder, 'absolute'));
    symlinkSync('../../../../../target', join(folder, 'up'));
    const options = { flags: constants.O_RDONLY, resolve: RESOLVE_IN_ROOT };
    for (const name of ['/target', '../../target', 'absolute', 'up', 'up/../absolute']) {
      if (name === 'up/../absolute') {
        expect(() => openAt(dirFd, name, options)).toThrow(failsWith('ENOTDIR'));
        continue;
      }
      expect(readFileSync(opened(openAt(dirFd, name, options)), 'latin1')).toBe('inside');
    }
    expect(() => openAt(dirFd, '/etc/passwd', options)).toThrow(failsWith('ENOENT'));
  });

  test('refuses what its flags refuse', () => {
    symlinkSync('/etc', join(folder, 'link'));
    const flags = O_PATH;
    expect(() => openAt(dirFd, '..', { flags, resolve: RESOLVE_BENEATH })).toThrow(failsWith('EXDEV'));
    expect(() => openAt(dirFd, 'link', { flags, resolve: RESOLVE_NO_SYMLINKS })).toThrow(failsWith('ELOOP'));
    const magic = `/proc/self/fd/${dirFd}`;
    expect(() => openAt(dirFd, magic, { flags, resolve: RESOLVE_NO_MAGICLINKS })).toThrow(failsWith('ELOOP'));
    expect(() => openAt(dirFd, 'nothing', { flags })).toThrow(failsWith('ENOENT'));
    expect(() => openAt(99_999, 'x', { flags })).toThrow(failsWith('EBADF'));
    expect(() => openAt(dirFd, 'x'.repeat(256), { flags })).toThrow(failsWith('ENAMETOOLONG'));
    expect(() => openAt(dirFd, 'x/'.repeat(2048), { flags })).toThrow(failsWith('ENAMETOOLONG'));
    expect(() => openAt(dirFd, '.', { flags, resolve: 0x40_00_00 })).toThrow(failsWith('EINVAL'));
    expect(() => openAt(dirFd, '', { flags })).toThrow(failsWith('ENOENT'));
  });

  test('gives up after 64 tries when names are swapped all the time', async () => {
    const code = await onThread(({ posix, seccomp }, fd) => {
      // The kernel's own answer to `..` while somebody renames.
      seccomp.denySystemCall('openat2', 11);
      try {
        return posix.openAt(fd, '..', { flags: 0 });
      } catch (error) {
        return (error as { code: string }).code;
      }
    }, dirFd);
    expect(code).toBe('EAGAIN');
  });

  test('stays inside while another thread swaps folders, and tries again for as long as it takes', async () => {
    mkdirSync(join(folder, 'root/a/b/c'), { recursive: true });
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'root/file'), 'inside');
    writeFileSync(join(folder, 'file'), 'outside');
    const root = opened(openAt(dirFd, 'root', { flags: O_PATH }));
    // Shared with the thread: it ends when the tries are over.
    const isOver = new Int32Array(new SharedArrayBuffer(4));
    const swapping = onThread(
      ({ fs }, input) => {
        while (Atomics.load(input.over, 0) === 0) {
          fs.renameSync(input.inside, input.outside);
          fs.renameSync(input.outside, input.inside);
        }
      },
      { inside: join(folder, 'root', 'a', 'b'), outside: join(folder, 'outside', 'b'), over: isOver },
    );
    const found = new Set<string>();
    try {
      for (let tries = 0; tries < 3000; tries += 1) {
        try {
          const name = 'a/b/c/../../../../../file';
          const fd = openAt(root, name, { flags: constants.O_RDONLY, resolve: RESOLVE_IN_ROOT });
          found.add(readFileSync(fd, 'latin1'));
          closeSync(fd);
        } catch (error) {
          found.add((error as { code: string }).code);
        }
      }
    } finally {
      Atomics.store(isOver, 0, 1);
      await swapping;
    }
    // ENOENT while the folder is away. EAGAIN would need 64 swaps in a row; it is an answer, too.
    expect(['ENOENT', 'EAGAIN', 'inside']).toEqual(expect.arrayContaining([...found]));
    expect(found).toContain('inside');
  });

  test('opens a folder with O_PATH alone, for fstat and the calls at it', () => {
    const fd = opened(openAt(dirFd, '.', { flags: O_PATH | constants.O_DIRECTORY }));
    expect(fstatSync(fd).ino).toBe(statSync(folder).ino);
    mkdirAt(fd, 'sub', 0o700);
    expect(statSync(join(folder, 'sub')).mode & 0o777).toBe(0o700);
    expect(readdirSync(`/proc/self/fd/${fd}`)).toEqual(['sub']);
  });
});

describe('names', () => {
  test('with a NUL never reach the kernel', () => {
    for (const name of ['a\0b', Buffer.from('a\0b'), '\0']) {
      expect(() => mkdirAt(dirFd, name)).toThrow(failsWith('EINVAL'));
      expect(() => renameAt(dirFd, 'a', dirFd, name)).toThrow(failsWith('EINVAL'));
      expect(() => symlinkAt(name, dirFd, 'a')).toThrow(failsWith('EINVAL'));
    }
    expect(() => mkdirAt(dirFd, 'a\uDCFFb')).toThrow(failsWith('EILSEQ'));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('arrive byte for byte', () => {
    const byte = fc.integer({ min: 1, max: 255 }).filter((value) => value !== 0x2f);
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 255 })
      .chain(({ length }) =>
        fc.array(byte, { minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes)),
      );
    fc.assert(
      fc.property(
        name.filter((bytes) => !['.', '..'].includes(bytes.toString('latin1'))),
        (bytes) => {
          mkdirAt(dirFd, bytes);
          expect(readdirSync(folder, { encoding: 'buffer' })).toEqual([bytes]);
          unlinkAt(dirFd, bytes, { isDirectory: true });
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the calls at a folder', () => {
  test('mkdirAt makes a folder once', () => {
    mkdirAt(dirFd, 'sub');
    expect(statSync(join(folder, 'sub')).mode & 0o7777).toBe(0o777 & ~process.umask());
    expect(() => mkdirAt(dirFd, 'sub')).toThrow(failsWith('EEXIST'));
    expect(() => mkdirAt(dirFd, 'no/sub')).toThrow(failsWith('ENOENT'));
  });

  test('unlinkAt tells files and folders apart', () => {
    mkdirAt(dirFd, 'sub');
    writeFileSync(join(folder, 'sub', 'file'), '');
    expect(() => unlinkAt(dirFd, 'sub')).toThrow(failsWith('EISDIR'));
    expect(() => unlinkAt(dirFd, 'sub/file', { isDirectory: true })).toThrow(failsWith('ENOTDIR'));
    expect(() => unlinkAt(dirFd, 'sub', { isDirectory: true })).toThrow(failsWith('ENOTEMPTY'));
    unlinkAt(dirFd, 'sub/file');
    unlinkAt(dirFd, 'sub', { isDirectory: true });
    expect(existsSync(join(folder, 'sub'))).toBe(false);
    expect(() => unlinkAt(dirFd, 'sub')).toThrow(failsWith('ENOENT'));
  });

  test('renameAt replaces, or does not', () => {
    writeFileSync(join(folder, 'a'), 'a');
    writeFileSync(join(folder, 'b'), 'b');
    expect(() => renameAt(dirFd, 'a', dirFd, 'b', { replaces: false })).toThrow(failsWith('EEXIST'));
    expect(readFileSync(join(folder, 'b'), 'latin1')).toBe('b');
    renameAt(dirFd, 'a', dirFd, 'b');
    expect(readFileSync(join(folder, 'b'), 'latin1')).toBe('a');
    expect(readdirSync(folder)).toEqual(['b']);
    expect(() => renameAt(dirFd, 'a', dirFd, 'c')).toThrow(failsWith('ENOENT'));
  });

  test('symlinks are made and read as bytes, of a name and of a descriptor', () => {
    const target = Buffer.from([0x2e, 0x2e, 0x2f, 0xff, 0xc3, 0xa4]);
    symlinkAt(target, dirFd, 'link');
    expect(Buffer.from(readLinkAt(dirFd, 'link'))).toEqual(target);
    const fd = opened(openAt(dirFd, 'link', { flags: O_PATH | constants.O_NOFOLLOW }));
    expect(Buffer.from(readLinkAt(fd, ''))).toEqual(target);
    expect(() => symlinkAt('x', dirFd, 'link')).toThrow(failsWith('EEXIST'));
    mkdirAt(dirFd, 'sub');
    expect(() => readLinkAt(dirFd, 'sub')).toThrow(failsWith('EINVAL'));
  });

  test('the longest target of a symlink comes back whole', () => {
    const target = 'a/'.repeat(2047);
    symlinkAt(target, dirFd, 'long');
    expect(Buffer.from(readLinkAt(dirFd, 'long')).toString()).toBe(target);
    expect(() => symlinkAt('x'.repeat(4096), dirFd, 'longer')).toThrow(failsWith('ENAMETOOLONG'));
  });

  test('linkAt gives a file a second name, a symlink itself too', () => {
    writeFileSync(join(folder, 'a'), 'a');
    linkAt(dirFd, 'a', dirFd, 'b');
    expect(statSync(join(folder, 'a')).nlink).toBe(2);
    symlinkAt('a', dirFd, 'link');
    linkAt(dirFd, 'link', dirFd, 'second');
    expect(lstatSync(join(folder, 'second')).isSymbolicLink()).toBe(true);
    const fd = opened(openAt(dirFd, 'a', { flags: O_PATH }));
    linkAt(-100, `/proc/self/fd/${fd}`, dirFd, 'third', { followsSymlink: true });
    expect(statSync(join(folder, 'third')).nlink).toBe(3);
    expect(() => linkAt(dirFd, 'a', dirFd, 'b')).toThrow(failsWith('EEXIST'));
    expect(() => linkAt(dirFd, 'no', dirFd, 'c')).toThrow(failsWith('ENOENT'));
  });
});
