import { StorageError } from './errors.ts';
import { decodeName, encodeName, nameBytes } from './name-codec.ts';
import type { VirtualPath } from './virtual-path-brand.ts';

export type { VirtualPath };

export const rootPath: VirtualPath = '/' as VirtualPath;

/** Longest component, in bytes (NAME_MAX of Linux). */
export const maxNameBytes = 255;
/** Longest path, in bytes (PATH_MAX of Linux). */
export const maxPathBytes = 4096;

/**
 * The one normaliser: `text` taken from `base`, with `.`, `..` and `//` folded; `..` at the root stays there. The
 * folding is by name, symlinks are not looked at. Empty text is the base itself.
 * @param base - Where a text without a leading `/` starts. Default: the root.
 * @throws {StorageError} STORAGE_BAD_NAME when there is a NUL in it, STORAGE_NAME_TOO_LONG beyond 255 bytes in a
 * component or 4096 in all.
 */
export function virtualPath(text: string, base: VirtualPath = rootPath): VirtualPath {
  // A path that long is refused before work is done on it; a byte is at least a third of a code unit.
  if (text.length > 4 * maxPathBytes) throw new StorageError('STORAGE_NAME_TOO_LONG');
  if (text.includes('\0')) throw new StorageError('STORAGE_BAD_NAME');
  if (isPlainName(text)) return below(base, text);
  const names = text.startsWith('/') || base === rootPath ? [] : base.slice(1).split('/');
  for (const name of canonical(text).split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(checkedLength(name));
  }
  return joinNames(names);
}

/** The path of these components, which must be clean already (a symlink walk's result). @throws as `virtualPath`. */
export function joinNames(names: readonly string[]): VirtualPath {
  return withinLimit(`/${names.join('/')}` as VirtualPath);
}

function withinLimit(path: VirtualPath): VirtualPath {
  if (path.length > maxPathBytes / 3 && nameBytes(path) > maxPathBytes)
    throw new StorageError('STORAGE_NAME_TOO_LONG');
  return path;
}

/** The components of a path, none for the root. */
export function namesOf(path: VirtualPath): string[] {
  return path === rootPath ? [] : path.slice(1).split('/');
}

/** The folder a path is in; of the root, the root. */
export function parentOf(path: VirtualPath): VirtualPath {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? rootPath : (path.slice(0, slash) as VirtualPath);
}

/** The last component; of the root, the empty text. */
export function nameOf(path: VirtualPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The path of an entry of a folder.
 * @param name - One component: not empty, `.` or `..`, without `/` and NUL.
 * @throws {StorageError} STORAGE_BAD_NAME for any other text, STORAGE_NAME_TOO_LONG.
 */
export function joinPath(folder: VirtualPath, name: string): VirtualPath {
  if (!isPlainName(name) || name.includes('\0')) {
    throw new StorageError('STORAGE_BAD_NAME', { path: folder });
  }
  return below(folder, name);
}

/** A path with one component more: the usual case, which needs no taking apart. */
function below(folder: VirtualPath, name: string): VirtualPath {
  const path = `${folder === rootPath ? '' : folder}/${checkedLength(canonical(name))}`;
  return withinLimit(path as VirtualPath);
}

function isPlainName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/');
}

/** Whether a path is the folder or something below it. */
export function isWithin(path: VirtualPath, folder: VirtualPath): boolean {
  return folder === rootPath || path === folder || path.startsWith(`${folder}/`);
}

/** Escaped bytes that together are valid UTF-8 would be a second spelling of the same name. */
function canonical(text: string): string {
  return text.isWellFormed() ? text : decodeName(encodeName(text));
}

function checkedLength(name: string): string {
  if (name.length > maxNameBytes / 3 && nameBytes(name) > maxNameBytes)
    throw new StorageError('STORAGE_NAME_TOO_LONG');
  return name;
}
