import fs, { constants } from 'node:fs';
import {
  nameOf,
  parentOf,
  rootPath,
  walkPath,
  type VirtualPath,
  type WalkAnswer,
  type WalkOptions,
} from '@ftpd/storage';
import type { Confinement, Located, Pinned } from './confinement.ts';
import { errnoOf } from './errno.ts';
import { unconfined } from './path-walk.ts';
import { realName, type RealName } from './real-name.ts';
import { lstat, open, readlink } from './system-calls.ts';

/** O_PATH of Linux, which Node does not name: a handle that cannot read, for which no right to the object is needed. */
const O_PATH = 0o10000000;
const handleFlags = O_PATH | constants.O_NOFOLLOW;
const folderFlags = handleFlags | constants.O_DIRECTORY;

interface OpenFolder {
  readonly path: VirtualPath;
  readonly descriptor: number;
}

/**
 * Confinement by descriptors (Linux with /proc). Every folder of a path is opened in the folder before it, without
 * following a symlink; `/proc/self/fd/N/name` is Node's openat(2). The kernel so never resolves a symlink or a `..`, and
 * a folder that is swapped for a symlink meanwhile leads nowhere else.
 * @param root - Symlinks in it are followed.
 * @returns `undefined` where the system has no names of descriptors, or the folder cannot be entered.
 */
export async function confineByDescriptors(root: string): Promise<Confinement | undefined> {
  let descriptor: number | undefined;
  try {
    // With the dot the kernel asks for the right to search the folder, too.
    descriptor = await open(realName(`${root}/.`), O_PATH | constants.O_DIRECTORY);
    // Not on another thread: /proc waits for no disk, and every login comes through here.
    const real = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    if (real !== '/') return new DescriptorWalk(descriptor);
    fs.closeSync(descriptor);
    return unconfined();
  } catch {
    if (descriptor !== undefined) fs.closeSync(descriptor);
    return undefined;
  }
}

class DescriptorWalk implements Confinement {
  readonly #root: OpenFolder;

  constructor(descriptor: number) {
    this.#root = { path: rootPath, descriptor };
  }

  async locate(path: VirtualPath, options: WalkOptions): Promise<Located> {
    const folders: OpenFolder[] = [];
    const release = (): void => closeAll(folders);
    try {
      const walk = walkPath(path, options);
      let looked: (Look & { readonly path: VirtualPath }) | undefined;
      let step = walk.next();
      while (step.done !== true) {
        const { folder, name, isLast } = step.value;
        const at = nameIn(this.#enter(folders, folder), name);
        const path = below(folder, name);
        looked = { path, ...(isLast ? await lookAtLast(at) : await lookForFolder(at)) };
        if (looked.descriptor !== undefined) folders.push({ path, descriptor: looked.descriptor });
        step = walk.next(looked.answer);
      }
      const { path: resolved, exists } = step.value;
      const name = this.#name(folders, resolved);
      // A symlink that ends in `..` or `.` ends the walk without a look at what it ends at.
      const stats = exists
        ? ((looked?.path === resolved ? looked.stats : undefined) ?? (await lstat(name)))
        : undefined;
      const target =
        looked?.answer.kind === 'symlink' && stats?.isSymbolicLink() === true
          ? looked.answer.target
          : undefined;
      return {
        path: resolved,
        name,
        release,
        ...(stats !== undefined && { stats }),
        ...(target !== undefined && { target }),
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async pin(located: Located): Promise<Pinned> {
    const descriptor = await open(located.name, handleFlags);
    return { name: `/proc/self/fd/${descriptor}`, release: () => fs.closeSync(descriptor) };
  }

  /** By construction: the open was made in the folder where the walk ended, and followed nothing. */
  async verify(): Promise<void> {}

  close(): void {
    fs.closeSync(this.#root.descriptor);
  }

  #name(folders: OpenFolder[], resolved: VirtualPath): RealName {
    if (resolved === rootPath) return `/proc/self/fd/${this.#root.descriptor}/.`;
    return nameIn(this.#enter(folders, parentOf(resolved)), nameOf(resolved));
  }

  /** The open folder of that path, which a step has opened; the ones below it are given back. */
  #enter(folders: OpenFolder[], path: VirtualPath): OpenFolder {
    for (let top = folders.at(-1); top !== undefined; top = folders.at(-1)) {
      if (top.path === path) return top;
      folders.pop();
      fs.closeSync(top.descriptor);
    }
    return this.#root;
  }
}

interface Look {
  readonly answer: WalkAnswer;
  readonly stats?: fs.Stats;
  /** Of a folder that was opened on the way. */
  readonly descriptor?: number;
}

async function lookAtLast(at: RealName): Promise<Look> {
  try {
    const stats = await lstat(at);
    if (stats.isSymbolicLink()) return { stats, answer: { kind: 'symlink', target: await readlink(at) } };
    return { stats, answer: { kind: stats.isDirectory() ? 'directory' : 'other' } };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { answer: { kind: 'missing' } };
    throw error;
  }
}

async function lookForFolder(at: RealName): Promise<Look> {
  try {
    return { answer: { kind: 'directory' }, descriptor: await open(at, folderFlags) };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return { answer: { kind: 'missing' } };
    // What O_NOFOLLOW with O_DIRECTORY says of a symlink.
    if (errno === 'ENOTDIR' || errno === 'ELOOP') return lookForLink(at);
    throw error;
  }
}

async function lookForLink(at: RealName): Promise<Look> {
  try {
    return { answer: { kind: 'symlink', target: await readlink(at) } };
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return { answer: { kind: 'other' } };
    if (errnoOf(error) === 'ENOENT') return { answer: { kind: 'missing' } };
    throw error;
  }
}

function nameIn(folder: OpenFolder, name: string): RealName {
  return realName(`/proc/self/fd/${folder.descriptor}/${name}`);
}

function below(folder: VirtualPath, name: string): VirtualPath {
  return (folder === rootPath ? `/${name}` : `${folder}/${name}`) as VirtualPath;
}

// Closing a handle that cannot read waits for nothing, and does not cost a trip to another thread.
function closeAll(folders: OpenFolder[]): void {
  for (const { descriptor } of folders.splice(0)) fs.closeSync(descriptor);
}
