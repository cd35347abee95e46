import { isStorageError, virtualPath, type Storage, type StorageView, type VirtualPath } from '@ftpd/storage';
import { maxSkeletonDepth, maxSkeletonEntries, type HomeWanted, type MakeHome } from './home.ts';

/** Sticky stays, setuid and setgid do not: as mkdir(2). */
const folderBits = 0o1777;
const fileBits = 0o777;
const chunkBytes = 64 * 1024;

/**
 * Makes homes with the rights of their users: NoRootPrivs, and all homes of a daemon that is not root.
 * @param storage - The disk as users see it.
 */
export function homesByUsers(storage: () => Storage): MakeHome {
  return async ({ account, value, umask }) => {
    const { user, uid, gid, groupIds, home } = account;
    const view = await storage().enter({ identity: { user, uid, gid, groups: groupIds }, root: '/' });
    try {
      const path = virtualPath(home);
      if (await exists(view, path)) return;
      await makeParents(view, path, value.directoryMode & folderBits & ~umask);
      try {
        await view.makeDirectory(path, { mode: value.mode & folderBits & ~umask });
      } catch (error) {
        // Another login of the same user was quicker, and copies.
        if (isStorageError(error) && error.code === 'STORAGE_EXISTS') return;
        throw error;
      }
      if (value.skeleton === undefined) return;
      const skeleton = virtualPath(value.skeleton);
      if (((await view.stat(skeleton)).mode & 0o002) !== 0)
        throw new Error(`skel path '${value.skeleton}' is world-writable`);
      await copyTree(skeleton, path, 0, { view, umask, left: maxSkeletonEntries });
    } finally {
      await view.close();
    }
  };
}

interface Copying {
  readonly view: StorageView;
  readonly umask: HomeWanted['umask'];
  left: number;
}

async function exists(view: StorageView, path: VirtualPath): Promise<boolean> {
  try {
    await view.stat(path, { followsSymlinks: false });
    return true;
  } catch (error) {
    if (isStorageError(error) && error.code === 'STORAGE_NOT_FOUND') return false;
    throw error;
  }
}

async function makeParents(view: StorageView, path: VirtualPath, mode: number): Promise<void> {
  const parent = virtualPath(path.slice(0, path.lastIndexOf('/')) || '/');
  if (parent === '/' || (await exists(view, parent))) return;
  await makeParents(view, parent, mode);
  await view.makeDirectory(parent, { mode }).catch((error: unknown) => {
    if (!isStorageError(error) || error.code !== 'STORAGE_EXISTS') throw error;
  });
}

async function copyTree(from: VirtualPath, to: VirtualPath, depth: number, copying: Copying): Promise<void> {
  const { view, umask } = copying;
  if (depth > maxSkeletonDepth) throw new Error(`skel path '${from}' is nested too deeply`);
  for await (const batch of view.list(from)) {
    for (const { name, kind, mode, target } of batch) {
      copying.left -= 1;
      if (copying.left < 0) throw new Error('the skeleton has too many files');
      const [source, copy] = [virtualPath(`${from}/${name}`), virtualPath(`${to}/${name}`)];
      try {
        if (kind === 'directory') {
          await view.makeDirectory(copy, { mode: mode & folderBits & ~umask });
          await copyTree(source, copy, depth + 1, copying);
        } else if (kind === 'symlink') await view.makeSymlink(target ?? '', copy);
        else if (kind === 'file') await copyFile(view, source, copy, mode & fileBits);
      } catch (error) {
        // What the user may not read, the user does not get.
        if (!isStorageError(error) || error.code !== 'STORAGE_DENIED') throw error;
      }
    }
  }
}

async function copyFile(view: StorageView, from: VirtualPath, to: VirtualPath, mode: number): Promise<void> {
  const source = await view.openRead(from);
  try {
    const copy = await view.openWrite(to, { disposition: 'exclusive', mode });
    try {
      const buffer = new Uint8Array(chunkBytes);
      for (let at = 0, count; (count = await source.read(buffer, at)) > 0; at += count)
        await copy.write(buffer.subarray(0, count), at);
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}
