import { StorageError, parentOf, nameOf, rootPath, virtualPath, walkPath, joinPath } from '@ftpd/storage';
import type { VirtualPath, WalkAnswer, WalkOptions } from '@ftpd/storage';
import type { Stats } from 'node:fs';
import type { Confinement, Located, Pinned } from './confinement.ts';
import { errnoOf } from './errno.ts';
import { realName, realNameBelow, type RealName } from './real-name.ts';
import { fstat, lstat, readlink, realpath } from './system-calls.ts';

const release = (): void => {};

/**
 * Confinement by paths, for systems without names of descriptors: every component is looked at and symlinks are
 * resolved by hand. Somebody who swaps a folder for a symlink between the look and the use may win; an opened file is
 * compared with the walk, and refused then before a byte is read, written or cut off. Other calls (a removal, a
 * listing, the making of an empty file) are not undone.
 */
export function confineByPaths(root: string): Confinement {
  const folder = root === '/' ? '' : root;
  const nameOfPath = (path: VirtualPath): RealName => realNameBelow(folder, path);
  return {
    locate: (path, options) => walk(path, options, nameOfPath),
    pin: async ({ path }) => pinnedByName(folder, path),
    async verify(descriptor, { name, path }) {
      const expected = `${folder}${path}`;
      // What the kernel calls the descriptor cannot be raced; two looks at a name between swaps can.
      const told = await nameOfDescriptor(descriptor);
      const isSame = told === undefined ? await isStillAt(descriptor, name, expected) : told === expected;
      if (!isSame) throw new StorageError('STORAGE_BUSY', { path });
    },
    close: release,
  };
}

/** The path of an open file; `undefined` where the system does not tell. */
async function nameOfDescriptor(descriptor: number): Promise<string | undefined> {
  try {
    return await readlink(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

async function isStillAt(descriptor: number, name: RealName, expected: string): Promise<boolean> {
  const [opened, found, real] = await Promise.all([fstat(descriptor), lstat(name), realpath(name)]);
  return opened.dev === found.dev && opened.ino === found.ino && real === expected;
}

/** No confinement: the root is the system's own, so that the kernel may resolve symlinks. */
export function unconfined(): Confinement {
  return {
    async locate(path, options) {
      try {
        return await located(await resolvedByKernel(path, options.followsLast));
      } catch {
        // A missing end, or a refusal to be told exactly.
        return walk(path, options, realName);
      }
    },
    pin: async ({ path }) => pinnedByName('', path),
    async verify() {},
    close: release,
  };
}

async function resolvedByKernel(path: VirtualPath, followsLast: boolean): Promise<VirtualPath> {
  if (followsLast || path === rootPath) return virtualPath(await realpath(realName(path)));
  return joinPath(virtualPath(await realpath(realName(parentOf(path)))), nameOf(path));
}

async function located(path: VirtualPath): Promise<Located> {
  const name = realName(path);
  const stats = await lstat(name);
  return { path, name, stats, release, ...(stats.isSymbolicLink() && { target: await readlink(name) }) };
}

async function walk(
  path: VirtualPath,
  options: WalkOptions,
  nameOfPath: (path: VirtualPath) => RealName,
): Promise<Located> {
  const steps = walkPath(path, options);
  let looked: Look | undefined;
  let step = steps.next();
  while (step.done !== true) {
    looked = await lookAt(joinPath(step.value.folder, step.value.name), nameOfPath);
    step = steps.next(looked.answer);
  }
  const { path: resolved, exists } = step.value;
  const name = nameOfPath(resolved);
  if (!exists) return { path: resolved, name, release };
  // A symlink that ends in `..` or `.` ends the walk without a look at what it ends at.
  const stats = (looked?.path === resolved ? looked.stats : undefined) ?? (await lstat(name));
  const target =
    looked?.answer.kind === 'symlink' && stats.isSymbolicLink() ? looked.answer.target : undefined;
  return { path: resolved, name, stats, release, ...(target !== undefined && { target }) };
}

interface Look {
  readonly path: VirtualPath;
  readonly answer: WalkAnswer;
  readonly stats?: Stats;
}

async function lookAt(path: VirtualPath, nameOfPath: (path: VirtualPath) => RealName): Promise<Look> {
  try {
    const name = nameOfPath(path);
    const stats = await lstat(name);
    if (stats.isSymbolicLink())
      return { path, stats, answer: { kind: 'symlink', target: await readlink(name) } };
    return { path, stats, answer: { kind: stats.isDirectory() ? 'directory' : 'other' } };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { path, answer: { kind: 'missing' } };
    throw error;
  }
}

function pinnedByName(folder: string, path: VirtualPath): Pinned {
  return { name: path === rootPath && folder !== '' ? folder : `${folder}${path}`, release };
}
