import { errnoError } from './errors.ts';
import { nulTerminated, type PosixName } from './names.ts';
import { notedSystemCall, type DescriptorNote } from './native.ts';

/** In place of a descriptor: names are relative to the working folder. */
export const AT_FDCWD = -100;

/** A descriptor that only names a file: for the *at calls, fstat and /proc/self/fd/N. Works without any right to the file. */
export const O_PATH = 0o10_000_000;

/** `..`, absolute names and symlinks all stay below the folder, as after chroot(2). */
export const RESOLVE_IN_ROOT = 0x10;
/** What would leave the folder fails with EXDEV; absolute names do too. */
export const RESOLVE_BENEATH = 0x08;
/** A symlink anywhere in the name fails with ELOOP. */
export const RESOLVE_NO_SYMLINKS = 0x04;
/** Links of /proc that lead straight to an open file fail with ELOOP. */
export const RESOLVE_NO_MAGICLINKS = 0x02;
/** Crossing into another mounted file system fails with EXDEV. */
export const RESOLVE_NO_XDEV = 0x01;

const closeOnExec = 0o2_000_000;
const create = 0o100;
const temporaryFile = 0o20_000_000;
const maxTries = 64;
const eagain = 11;

const openat2 = notedSystemCall<[number, Uint8Array, Uint32Array, number]>(
  'openat2',
  ['int', 'pointer', 'pointer', 'size'],
  true,
);
const nowhere: DescriptorNote = { numbers: new Int32Array(1), at: 0 };

export interface OpenAtOptions {
  /** `constants.O_*` of node:fs, and `O_PATH`. O_CLOEXEC is always added. Unknown or contradicting bits are EINVAL. */
  readonly flags: number;
  /** Permission bits of a file that O_CREAT makes, before the umask. Ignored when nothing is made. */
  readonly mode?: number;
  /** `RESOLVE_*`, or-ed. Default: 0, the name is followed wherever it leads. */
  readonly resolve?: number;
}

/**
 * Opens `name` in the folder `dirFd`, resolved by the kernel as `resolve` demands. The caller owns the descriptor.
 * @param note - Gets the descriptor before anything can end this thread, also `worker.terminate()`. Default: nowhere.
 * @returns the descriptor.
 * @throws {PosixError} EAGAIN when other processes kept renaming what `..` had to pass, 64 times in a row.
 * @see openat2(2), Linux 5.6
 */
export function openAt(
  dirFd: number,
  name: PosixName,
  { flags, mode = 0, resolve = 0 }: OpenAtOptions,
  note: DescriptorNote = nowhere,
): number {
  const path = nulTerminated('openat2', name);
  const creates = (flags & (create | temporaryFile)) !== 0;
  // struct open_how: flags, mode and resolve, 64 bits each; none of ours has a bit above the 32nd.
  const how = new Uint32Array(6);
  how[0] = flags | closeOnExec;
  how[2] = creates ? mode & 0o7777 : 0;
  how[4] = resolve;
  for (let tries = 1; ; tries += 1) {
    const result = openat2(note, dirFd, path, how, how.byteLength);
    if (result >= 0) return result;
    if (result !== -eagain || tries === maxTries) throw errnoError('openat2', -result);
  }
}
