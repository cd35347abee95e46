import fs, { constants, type Stats } from 'node:fs';
import {
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '@ftpd/posix';
import { decodeName, nameOf, parentOf, rootPath, type VirtualPath } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import { realName } from '../real-name.ts';
import { close, nameOfDescriptor, openHeld } from './descriptors.ts';
import { SystemError, WouldCross } from './failures.ts';
import { demandForeign } from './proc-guard.ts';

/** An open object of the jail. */
export interface Found {
  /** Opened with O_PATH. */
  readonly descriptor: number;
  /** Symlinks resolved. */
  readonly path: VirtualPath;
}

export interface FoundObject extends Found {
  readonly stats: Stats;
}

const straight = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
const throughLinks = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
const deletedSuffix = ' (deleted)';

let mayCross = true;

/** Whether symlinks may lead into another mounted file system in what follows. */
export function allowCrossing(isAllowed: boolean): void {
  mayCross = isAllowed;
}

/** The kernel's name of a path, from the root's descriptor. */
export function nameInRoot(path: VirtualPath): string | Buffer {
  return path === rootPath ? '.' : realName(path.slice(1));
}

/**
 * Opens with O_PATH. First as if there were no symlink in the path, which the kernel guarantees then: the path is the
 * resolved one, and nothing has to be asked. Else through symlinks, below the root.
 */
export function find(root: number, path: VirtualPath, flags = 0): Found {
  const name = nameInRoot(path);
  try {
    return { path, descriptor: openHeld(root, name, { flags: O_PATH | flags, resolve: straight }) };
  } catch (error) {
    if (errnoOf(error) !== 'ELOOP') throw error;
  }
  const descriptor = openThroughLinks(root, name, flags);
  return { descriptor, path: pathOf(root, descriptor) };
}

function openThroughLinks(root: number, name: string | Buffer, flags: number): number {
  if (mayCross) return openHeld(root, name, { flags: O_PATH | flags, resolve: throughLinks });
  try {
    return openHeld(root, name, { flags: O_PATH | flags, resolve: throughLinks | RESOLVE_NO_XDEV });
  } catch (error) {
    if (errnoOf(error) === 'EXDEV') throw new WouldCross();
    throw error;
  }
}

/** Uses an object that exists. */
export function withObject<T>(
  root: number,
  path: VirtualPath,
  followsLast: boolean,
  use: (object: FoundObject) => T,
): T {
  const found = find(root, path, followsLast ? 0 : constants.O_NOFOLLOW);
  try {
    const stats = fs.fstatSync(found.descriptor);
    demandForeign(found.descriptor, stats.dev);
    return use({ ...found, stats });
  } finally {
    close(found.descriptor);
  }
}

/** Uses the folder of a path and the name in it, for the calls that take one component and do not follow it. */
export function withParent<T>(
  root: number,
  path: VirtualPath,
  use: (parent: number, name: string | Buffer, folder: VirtualPath) => T,
): T {
  const folder = parentOf(path);
  const name = realName(nameOf(path));
  if (folder === rootPath) return use(root, name, folder);
  const found = find(root, folder, constants.O_DIRECTORY);
  try {
    return use(found.descriptor, name, found.path);
  } finally {
    close(found.descriptor);
  }
}

/** Where the kernel says that a descriptor is, below the root. */
export function pathOf(root: number, descriptor: number): VirtualPath {
  const top = readDescriptor(root);
  const real = readDescriptor(descriptor);
  const path = real === top ? rootPath : below(real, top === '/' ? '' : top);
  // Moved out of the root at this moment.
  if (path === undefined) throw new SystemError('EAGAIN', 'the object left the root');
  if (path.endsWith(deletedSuffix)) demandPresent(root, descriptor, path);
  return path;
}

function below(real: string, top: string): VirtualPath | undefined {
  return real.startsWith(`${top}/`) ? (real.slice(top.length) as VirtualPath) : undefined;
}

function readDescriptor(descriptor: number): string {
  return decodeName(fs.readlinkSync(nameOfDescriptor(descriptor), 'buffer'));
}

/** The kernel's word for a removed object may also be a name. */
function demandPresent(root: number, descriptor: number, path: VirtualPath): void {
  const again = openHeld(root, nameInRoot(path), { flags: O_PATH | constants.O_NOFOLLOW, resolve: straight });
  try {
    const [opened, named] = [fs.fstatSync(descriptor), fs.fstatSync(again)];
    if (opened.dev !== named.dev || opened.ino !== named.ino)
      throw new SystemError('ENOENT', 'the object was removed');
  } finally {
    close(again);
  }
}
