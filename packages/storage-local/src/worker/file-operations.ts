import fs, { constants, type Stats } from 'node:fs';
import { RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS, chownAt } from '@ftpd/posix';
import { StorageError, joinPath, nameOf, rootPath, type VirtualPath } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import { packed } from '../privileged/packed-stats.ts';
import type { NewFileOptions, OpenAnswer, Operations } from '../privileged/worker-protocol.ts';
import { openHeld, reopenHeld } from './descriptors.ts';
import { SystemError } from './failures.ts';
import { nameInRoot, withObject, withParent } from './jail.ts';
import { completeMode } from './new-modes.ts';
import { resolvePath } from './resolving.ts';

type FileOperations = Pick<Operations, 'openRead' | 'openWrite'>;

// Without O_NONBLOCK an open would wait for a lease of another program to end.
const guardFlags = constants.O_NONBLOCK | constants.O_NOCTTY;
const straight = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;

/** How often a name is looked at again when another program changes it between the look and the open. */
const attempts = 8;

export const fileOperations: FileOperations = {
  openRead: (root, path) =>
    withObject(root, path, true, ({ descriptor, stats, path: resolved }) => {
      demandFile(stats);
      const opened = reopenHeld(descriptor, constants.O_RDONLY | guardFlags);
      return { descriptor: opened, path: resolved, device: stats.dev, stats: packed(stats) };
    }),
  openWrite(root, path, options) {
    const isExclusive = options.disposition === 'exclusive';
    if (path === rootPath) throw new SystemError(isExclusive ? 'EEXIST' : 'EISDIR', 'the root');
    let wanted = path;
    for (let left = attempts; left > 0; left -= 1) {
      const made = makeFile(root, wanted, options);
      if (made !== undefined) return made;
      const opened = openExisting(root, wanted, options);
      if (opened !== undefined) return opened;
      // A symlink that leads nowhere yet (or a file that was removed this moment): where it leads, a file is made.
      wanted = resolvePath(root, wanted, true);
    }
    throw new StorageError('STORAGE_BUSY');
  },
};

function flagsFor({ disposition }: NewFileOptions): number {
  return constants.O_WRONLY | guardFlags | (disposition === 'append' ? constants.O_APPEND : 0);
}

/** @returns undefined when there is something already, unless the file has to be new. */
function makeFile(root: number, path: VirtualPath, options: NewFileOptions): OpenAnswer | undefined {
  const flags = flagsFor(options) | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const how = { flags, mode: options.mode & 0o777, resolve: straight };
  try {
    return prepareNew(openHeld(root, nameInRoot(path), how), path, options);
  } catch (error) {
    if (isThere(error, options)) return undefined;
    if (errnoOf(error) !== 'ELOOP') throw error;
  }
  return withParent(root, path, (parent, name, folder) => {
    try {
      return prepareNew(openHeld(parent, name, how), joinPath(folder, nameOf(path)), options);
    } catch (error) {
      if (isThere(error, options)) return undefined;
      throw error;
    }
  });
}

function isThere(error: unknown, { disposition }: NewFileOptions): boolean {
  return errnoOf(error) === 'EEXIST' && disposition !== 'exclusive';
}

function prepareNew(descriptor: number, path: VirtualPath, { mode, gid }: NewFileOptions): OpenAnswer {
  const stats = fs.fstatSync(descriptor);
  const isChanged = completeMode(stats.mode, mode & 0o777, (complete) => fs.fchmodSync(descriptor, complete));
  const answer = { descriptor, path, device: stats.dev, isNew: true };
  if (gid === undefined) return isChanged ? answer : { ...answer, stats: packed(stats) };
  const ownershipError = giveGroup(descriptor, gid);
  return ownershipError === undefined ? answer : { ...answer, ownershipError };
}

/** @returns the name of the error number, if it could not be given. */
export function giveGroup(descriptor: number, gid: number): string | undefined {
  try {
    chownAt(descriptor, '', { gid });
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? 'EPERM';
  }
}

/** @returns undefined when there is nothing. */
function openExisting(root: number, path: VirtualPath, options: NewFileOptions): OpenAnswer | undefined {
  try {
    return withObject(root, path, true, ({ descriptor, stats, path: resolved }) => {
      demandFile(stats);
      const opened = reopenHeld(descriptor, flagsFor(options));
      // Not by O_TRUNC: what is truncated has to be the right file.
      const isCut = options.disposition === 'replace' && stats.size > 0;
      if (isCut) fs.ftruncateSync(opened, 0);
      const answer = { descriptor: opened, path: resolved, device: stats.dev };
      return isCut ? answer : { ...answer, stats: packed(stats) };
    });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function demandFile(stats: Stats): void {
  if (stats.isDirectory()) throw new StorageError('STORAGE_IS_DIRECTORY');
  if (!stats.isFile()) throw new StorageError('STORAGE_DENIED', { message: 'Not a regular file' });
}
