import fs, { constants } from 'node:fs';
import {
  AT_FDCWD,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
  accessAt,
  chownAt,
  mkdirAt,
  readLinkAt,
  renameAt,
  statAt,
  symlinkAt,
  unlinkAt,
  utimensAt,
} from '@ftpd/posix';
import { decodeName, joinPath, nameOf, rootPath } from '@ftpd/storage';
import { packed } from '../privileged/packed-stats.ts';
import type { OpenAnswer, Operations } from '../privileged/worker-protocol.ts';
import { realName } from '../real-name.ts';
import { close, nameOfDescriptor, openHeld } from './descriptors.ts';
import { SystemError } from './failures.ts';
import { fileOperations, giveGroup } from './file-operations.ts';
import { folderOperations } from './folder-operations.ts';
import { withObject, withParent } from './jail.ts';
import { completeMode, modesAreExact } from './new-modes.ts';
import { resolvePath } from './resolving.ts';

const straight = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
const folderHandle = O_PATH | constants.O_DIRECTORY;

/** Everything a worker does: synchronous, as whoever the thread is at the moment. */
export const operations: Operations = {
  ...fileOperations,
  ...folderOperations,
  // The dot asks for the right to search the folder, too.
  enter: (_root, name) => openHeld(AT_FDCWD, realName(`${name}/.`), { flags: folderHandle }),
  pass(root) {
    close(openHeld(root, '.', { flags: folderHandle, resolve: straight }));
  },
  stat: (root, path, followsSymlinks) =>
    withObject(root, path, followsSymlinks, ({ descriptor, stats }) =>
      stats.isSymbolicLink()
        ? { stats: packed(stats), target: decodeName(readLinkAt(descriptor, '')) }
        : { stats: packed(stats) },
    ),
  resolve: resolvePath,
  remove(root, path) {
    if (path === rootPath) throw new SystemError('EISDIR', 'the root');
    return withParent(root, path, (parent, name) => {
      const { sizeBytes } = statAt(parent, name);
      unlinkAt(parent, name);
      return sizeBytes;
    });
  },
  removeDirectory(root, path) {
    demandNotRoot(path);
    withParent(root, path, (parent, name) => unlinkAt(parent, name, { isDirectory: true }));
  },
  makeDirectory(root, path, { mode, gid, wantsDescriptor }) {
    if (path === rootPath) throw new SystemError('EEXIST', 'the root');
    const wanted = mode & 0o777;
    return withParent(root, path, (parent, name, folder): OpenAnswer | undefined => {
      mkdirAt(parent, name, wanted);
      if (modesAreExact() && gid === undefined && !wantsDescriptor) return undefined;
      const descriptor = openHeld(parent, name, {
        flags: folderHandle | constants.O_NOFOLLOW,
        resolve: straight,
      });
      const stats = fs.fstatSync(descriptor);
      completeMode(stats.mode, wanted, (complete) => fs.chmodSync(nameOfDescriptor(descriptor), complete));
      const ownershipError = gid === undefined ? undefined : giveGroup(descriptor, gid);
      if (!wantsDescriptor) close(descriptor);
      return {
        descriptor: wantsDescriptor ? descriptor : -1,
        path: joinPath(folder, nameOf(path)),
        device: stats.dev,
        ...(ownershipError !== undefined && { ownershipError }),
      };
    });
  },
  rename(root, from, to) {
    demandNotRoot(from);
    demandNotRoot(to);
    withParent(root, from, (source, name) =>
      withParent(root, to, (target, newName) => renameAt(source, name, target, newName)),
    );
  },
  setTimes(root, path, modifiedMs, accessedMs) {
    const times = {
      modified: nanoseconds(modifiedMs),
      accessed: accessedMs === undefined ? ('omit' as const) : nanoseconds(accessedMs),
    };
    withObject(root, path, true, ({ descriptor }) =>
      utimensAt(AT_FDCWD, nameOfDescriptor(descriptor), times, { followsSymlink: true }),
    );
  },
  setMode(root, path, mode) {
    withObject(root, path, true, ({ descriptor }) =>
      fs.chmodSync(nameOfDescriptor(descriptor), mode & 0o7777),
    );
  },
  setGroup(root, path, gid) {
    withObject(root, path, true, ({ descriptor }) => chownAt(descriptor, '', { gid }));
  },
  makeSymlink(root, target, path) {
    if (path === rootPath) throw new SystemError('EEXIST', 'the root');
    withParent(root, path, (parent, name) => symlinkAt(realName(target), parent, name));
  },
  mayAccess: (root, path, wanted) =>
    withObject(root, path, true, ({ descriptor }) =>
      accessAt(AT_FDCWD, nameOfDescriptor(descriptor), wanted),
    ),
  freeBytes: (root, path) =>
    withObject(root, path, true, ({ descriptor }) => {
      const found = fs.statfsSync(nameOfDescriptor(descriptor));
      return found.bavail * found.bsize;
    }),
};

function demandNotRoot(path: string): void {
  if (path === rootPath) throw new SystemError('EBUSY', 'the root');
}

/** Exact to the nanosecond as far as the number is; in one multiplication it would not be. */
function nanoseconds(ms: number): bigint {
  if (!Number.isFinite(ms)) throw new SystemError('EINVAL', 'no time');
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
