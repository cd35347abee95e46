import { nulTerminated, type PosixName } from './names.ts';
import { orThrow, systemCall } from './native.ts';

const removeDirectory = 0x200;
const noReplace = 1;
const followSymlink = 0x400;
const emptyPath = 0x1000;
// The kernel cuts a link's target at one page.
const maxLinkBytes = 4096;

const mkdirat = systemCall<[number, Uint8Array, number]>('mkdirat', ['int', 'pointer', 'uint']);
const unlinkat = systemCall<[number, Uint8Array, number]>('unlinkat', ['int', 'pointer', 'int']);
const renameat2 = systemCall<[number, Uint8Array, number, Uint8Array, number]>('renameat2', [
  'int',
  'pointer',
  'int',
  'pointer',
  'uint',
]);
const symlinkat = systemCall<[Uint8Array, number, Uint8Array]>('symlinkat', ['pointer', 'int', 'pointer']);
const linkat = systemCall<[number, Uint8Array, number, Uint8Array, number]>('linkat', [
  'int',
  'pointer',
  'int',
  'pointer',
  'int',
]);
const readlinkat = systemCall<[number, Uint8Array, Uint8Array, number]>('readlinkat', [
  'int',
  'pointer',
  'pointer',
  'size',
]);

/**
 * Makes a folder.
 * @param mode - Permission bits before the umask.
 * @see mkdirat(2)
 */
export function mkdirAt(dirFd: number, name: PosixName, mode = 0o777): void {
  orThrow('mkdirat', mkdirat(dirFd, nulTerminated('mkdirat', name), mode & 0o7777));
}

/** Removes a name, or with `isDirectory` an empty folder. @see unlinkat(2) */
export function unlinkAt(
  dirFd: number,
  name: PosixName,
  { isDirectory = false }: { readonly isDirectory?: boolean } = {},
): void {
  const flags = isDirectory ? removeDirectory : 0;
  orThrow('unlinkat', unlinkat(dirFd, nulTerminated('unlinkat', name), flags));
}

/**
 * Renames in one step; symlinks are renamed, not followed.
 * @throws {PosixError} EEXIST when `to` exists and `replaces` is false; EINVAL then on file systems that cannot tell.
 * @see renameat2(2) RENAME_NOREPLACE
 */
export function renameAt(
  fromDirFd: number,
  from: PosixName,
  toDirFd: number,
  to: PosixName,
  { replaces = true }: { readonly replaces?: boolean } = {},
): void {
  const source = nulTerminated('renameat2', from);
  const target = nulTerminated('renameat2', to);
  const flags = replaces ? 0 : noReplace;
  orThrow('renameat2', renameat2(fromDirFd, source, toDirFd, target, flags));
}

/** Makes the symlink `name` that points to `target`, which is stored as it is. @see symlinkat(2) */
export function symlinkAt(target: PosixName, dirFd: number, name: PosixName): void {
  const text = nulTerminated('symlinkat', target);
  orThrow('symlinkat', symlinkat(text, dirFd, nulTerminated('symlinkat', name)));
}

/**
 * Gives a file another name. A symlink in the last place is linked itself, not followed.
 * @param options - `isDescriptor`: `fromDirFd` is the file (O_PATH will do; needs CAP_DAC_READ_SEARCH) and `from` is ''.
 * `followsSymlink`: for `/proc/self/fd/N` as `from`.
 * @see linkat(2)
 */
export function linkAt(
  fromDirFd: number,
  from: PosixName,
  toDirFd: number,
  to: PosixName,
  options: { readonly isDescriptor?: boolean; readonly followsSymlink?: boolean } = {},
): void {
  const { isDescriptor = false, followsSymlink = false } = options;
  const flags = (isDescriptor ? emptyPath : 0) | (followsSymlink ? followSymlink : 0);
  const source = nulTerminated('linkat', from);
  orThrow('linkat', linkat(fromDirFd, source, toDirFd, nulTerminated('linkat', to), flags));
}

/**
 * The target of a symlink, as bytes.
 * @param name - '' for the target of `dirFd` itself, when it was opened with O_PATH | O_NOFOLLOW.
 * @throws {PosixError} EINVAL when it is no symlink (ENOENT for '').
 * @see readlinkat(2)
 */
export function readLinkAt(dirFd: number, name: PosixName): Uint8Array {
  const bytes = Buffer.allocUnsafe(maxLinkBytes);
  const path = nulTerminated('readlinkat', name);
  const length = orThrow('readlinkat', readlinkat(dirFd, path, bytes, bytes.length));
  return Uint8Array.prototype.slice.call(bytes, 0, length);
}
