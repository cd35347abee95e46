import fs, { constants } from 'node:fs';
import { readDirectory, readLinkAt } from '@ftpd/posix';
import { StorageError, decodeName, joinPath, type VirtualPath } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import { packStats } from '../privileged/packed-stats.ts';
import { packedLength } from '../privileged/worker-protocol.ts';
import type { FolderAnswer, ListingOptions, Operations } from '../privileged/worker-protocol.ts';
import { realName } from '../real-name.ts';
import { close, nameOfDescriptor, reopenHeld } from './descriptors.ts';
import { withObject } from './jail.ts';

/** A record of the kernel's with the shortest name: in this room for each of `wantedCount` there are never more. */
const minRecordBytes = 24;
/** So many may come in the smallest room that the kernel takes. */
const minNames = 12;

type FolderOperations = Pick<Operations, 'openFolder' | 'readFolder' | 'lookAtNames'>;

export const folderOperations: FolderOperations = {
  openFolder: (root, path, options) =>
    withObject(root, path, true, ({ descriptor, stats, path: resolved }) => {
      if (!stats.isDirectory()) throw new StorageError('STORAGE_NOT_DIRECTORY');
      const opened = reopenHeld(descriptor, constants.O_RDONLY | constants.O_DIRECTORY);
      const first = read(root, opened, resolved, options);
      if (first.isEnd && options.looks) close(opened);
      const isNeeded = !first.isEnd || !options.looks;
      return { descriptor: isNeeded ? opened : -1, path: resolved, device: stats.dev, first };
    }),
  readFolder: read,
  lookAtNames: (root, folder, path, names, { followsSymlinks }) =>
    lookAt(root, folder, path, names.split('/'), followsSymlinks, false),
};

function read(root: number, folder: number, path: VirtualPath, options: ListingOptions): FolderAnswer {
  const { wantedCount, looks, followsSymlinks } = options;
  const names: string[] = [];
  let isEnd = false;
  do {
    const found = readDirectory(folder, (wantedCount - names.length) * minRecordBytes);
    for (const name of found) names.push(decodeName(name));
    isEnd = found.length === 0;
  } while (!isEnd && wantedCount - names.length >= minNames);
  return looks
    ? lookAt(root, folder, path, names, followsSymlinks, isEnd)
    : { names: names.join('/'), count: names.length, targets: [], isEnd };
}

/** ESTALE: a network file system's word for an entry that is gone. EINVAL: what was a symlink is none any more. */
const goneErrors: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESTALE', 'EINVAL', 'ENOTDIR']);

function lookAt(
  root: number,
  folder: number,
  path: VirtualPath,
  names: readonly string[],
  followsSymlinks: boolean,
  isEnd: boolean,
): FolderAnswer {
  const numbers = new Float64Array(names.length * packedLength);
  const targets: [number, string][] = [];
  const before = `${nameOfDescriptor(folder)}/`;
  for (const [index, name] of names.entries()) {
    const offset = index * packedLength;
    try {
      const stats = fs.lstatSync(realName(before + name), { throwIfNoEntry: false });
      if (stats === undefined) continue;
      if (!stats.isSymbolicLink()) packStats(stats, numbers, offset);
      else if (!followsSymlinks || !packBehind(root, path, name, numbers, offset)) {
        targets.push([index, decodeName(readLinkAt(folder, realName(name)))]);
        packStats(stats, numbers, offset);
      }
    } catch (error) {
      if (!goneErrors.has(errnoOf(error))) throw error;
    }
  }
  return { names: names.join('/'), count: names.length, stats: numbers, targets, isEnd };
}

/** @returns false where the symlink leads nowhere that the user can see. */
function packBehind(
  root: number,
  folder: VirtualPath,
  name: string,
  numbers: Float64Array,
  offset: number,
): boolean {
  try {
    withObject(root, joinPath(folder, name), true, ({ stats }) => packStats(stats, numbers, offset));
    return true;
  } catch {
    return false;
  }
}
