import { errnoError } from './errors.ts';
import { checkedId, nulTerminated, type PosixName } from './names.ts';
import { orThrow, systemCall } from './native.ts';

const noFollow = 0x100;
const effectiveIds = 0x200;
const emptyPath = 0x1000;
const utimeOmit = (1n << 30n) - 2n;
const nanosecondsPerSecond = 1_000_000_000n;
const leaveId = 0xff_ff_ff_ff;

// EACCES and EROFS
const noAnswers: ReadonlySet<number> = new Set([13, 30]);
const accessBits = { exists: 0, execute: 1, write: 2, read: 4 } as const;

/** What `accessAt` asks for: `execute` of a folder is to pass through it. */
export type AccessRight = keyof typeof accessBits;

const utimensat = systemCall<[number, Uint8Array | null, BigInt64Array, number]>('utimensat', [
  'int',
  'pointer',
  'pointer',
  'int',
]);
const fchownat = systemCall<[number, Uint8Array, number, number, number]>('fchownat', [
  'int',
  'pointer',
  'uint',
  'uint',
  'int',
]);
const fchmod = systemCall<[number, number]>('fchmod', ['int', 'uint']);
const fchmodat2 = systemCall<[number, Uint8Array, number, number]>('fchmodat2', [
  'int',
  'pointer',
  'uint',
  'int',
]);
const faccessat2 = systemCall<[number, Uint8Array, number, number]>('faccessat2', [
  'int',
  'pointer',
  'int',
  'int',
]);

/** Nanoseconds since 1970, negative before; `omit` leaves the time as it is. */
export type FileTime = bigint | 'omit';

export interface FileTimes {
  readonly accessed: FileTime;
  readonly modified: FileTime;
}

interface NameOptions {
  /** Whether a symlink in the last place is followed. Default: no, the link itself is meant. */
  readonly followsSymlink?: boolean;
}

/**
 * Sets the times of `name`; of a symlink itself.
 * @param name - '' for `dirFd` itself (an O_PATH descriptor too, since Linux 5.8).
 * @see utimensat(2)
 */
export function utimensAt(
  dirFd: number,
  name: PosixName,
  { accessed, modified }: FileTimes,
  { followsSymlink = false }: NameOptions = {},
): void {
  const times = new BigInt64Array(4);
  writeTime(times, 0, accessed);
  writeTime(times, 2, modified);
  const flags = nameFlags(name, followsSymlink);
  orThrow('utimensat', utimensat(dirFd, nulTerminated('utimensat', name), times, flags));
}

// struct timespec: seconds, then nanoseconds from 0 to 999,999,999 also before 1970.
function writeTime(times: BigInt64Array, index: number, time: FileTime): void {
  const value = time === 'omit' ? 0n : time;
  const nanoseconds = BigInt.asUintN(64, mod(value, nanosecondsPerSecond));
  times[index] = (value - nanoseconds) / nanosecondsPerSecond;
  times[index + 1] = time === 'omit' ? utimeOmit : nanoseconds;
}

function mod(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}

/**
 * Sets owner and group of `name`; of a symlink itself. The kernel clears setuid and setgid bits of files.
 * @param name - '' for `dirFd` itself (an O_PATH descriptor too).
 * @param owner - `uid` and `gid`; absent: left as it is.
 * @throws {PosixError} EPERM when the thread may not give files away.
 * @see fchownat(2) AT_EMPTY_PATH
 */
export function chownAt(
  dirFd: number,
  name: PosixName,
  { uid, gid }: { readonly uid?: number; readonly gid?: number },
  { followsSymlink = false }: NameOptions = {},
): void {
  const owner = uid === undefined ? leaveId : checkedId('fchownat', uid);
  const group = gid === undefined ? leaveId : checkedId('fchownat', gid);
  const flags = nameFlags(name, followsSymlink);
  orThrow('fchownat', fchownat(dirFd, nulTerminated('fchownat', name), owner, group, flags));
}

/**
 * Sets the permission bits of an open file.
 * @throws {PosixError} EBADF for an O_PATH descriptor: use `chmodAt(fd, '', mode)`, or chmod of /proc/self/fd/N.
 * @see fchmod(2)
 */
export function chmodDescriptor(fd: number, mode: number): void {
  orThrow('fchmod', fchmod(fd, mode & 0o7777));
}

/**
 * Sets the permission bits of `name`.
 * @param name - '' for `dirFd` itself (an O_PATH descriptor too).
 * @throws {PosixError} ENOSYS before Linux 6.6; ENOTSUP for a symlink itself.
 * @see fchmodat2(2)
 */
export function chmodAt(
  dirFd: number,
  name: PosixName,
  mode: number,
  { followsSymlink = false }: NameOptions = {},
): void {
  const flags = nameFlags(name, followsSymlink);
  const path = nulTerminated('fchmodat2', name);
  orThrow('fchmodat2', fchmodat2(dirFd, path, mode & 0o7777, flags));
}

/**
 * Whether the thread, as whoever it acts now, has all `rights` to `name`; a symlink is followed. Answers are of the moment:
 * never decide by it what the call itself would decide.
 * @param name - '' for `dirFd` itself.
 * @throws {PosixError} whatever is neither yes nor no: ENOENT, ENOTDIR, ELOOP …
 * @see faccessat2(2) AT_EACCESS
 */
export function accessAt(dirFd: number, name: PosixName, rights: readonly AccessRight[]): boolean {
  const bits = rights.reduce((sum, right) => sum | accessBits[right], 0);
  const flags = effectiveIds | (name.length === 0 ? emptyPath : 0);
  const result = faccessat2(dirFd, nulTerminated('faccessat2', name), bits, flags);
  if (result === 0) return true;
  if (noAnswers.has(-result)) return false;
  throw errnoError('faccessat2', -result);
}

function nameFlags(name: PosixName, followsSymlink: boolean): number {
  return (name.length === 0 ? emptyPath : 0) | (followsSymlink ? 0 : noFollow);
}
