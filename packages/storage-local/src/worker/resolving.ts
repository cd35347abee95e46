import { constants } from 'node:fs';
import { readLinkAt } from '@ftpd/posix';
import { decodeName, joinPath, maxSymlinks, rootPath, type VirtualPath } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import { realName } from '../real-name.ts';
import { close } from './descriptors.ts';
import { SystemError } from './failures.ts';
import { find, pathOf } from './jail.ts';

/** The path with its symlinks resolved. */
export function resolvePath(root: number, path: VirtualPath, mayBeMissing: boolean): VirtualPath {
  if (path === rootPath) return path;
  try {
    const found = find(root, path);
    close(found.descriptor);
    return found.path;
  } catch (error) {
    if (!mayBeMissing || errnoOf(error) !== 'ENOENT') throw error;
  }
  return resolveMissing(root, path);
}

/** Where something would be made: the end of a chain of symlinks, in a folder that exists. */
function resolveMissing(root: number, path: VirtualPath): VirtualPath {
  // The kernel resolves this text below the root; a symlink's target is put into it as it is.
  let text: string = path;
  for (let links = 0; links <= maxSymlinks; links += 1) {
    const slash = text.lastIndexOf('/');
    const name = text.slice(slash + 1);
    if (name === '' || name === '.' || name === '..') break;
    const folder = find(root, (text.slice(0, slash) || '/') as VirtualPath, constants.O_DIRECTORY);
    try {
      const target = targetOf(folder.descriptor, name);
      // The text may have had `..` in it, which the kernel followed.
      const resolved = pathOf(root, folder.descriptor);
      if (target === undefined) return joinPath(resolved, name);
      text = target.startsWith('/') ? target : `${resolved}/${target}`;
    } finally {
      close(folder.descriptor);
    }
  }
  if (text.endsWith('/') || text.endsWith('.')) throw new SystemError('ENOENT', 'nothing can be made there');
  throw new SystemError('ELOOP', 'too many symlinks');
}

/** Where a symlink points. Absent: there is none. */
function targetOf(folder: number, name: string): string | undefined {
  try {
    return decodeName(readLinkAt(folder, realName(name)));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}
