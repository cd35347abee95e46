import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import { encodeName } from '@ftpd/storage';
import type { OwnerWanted } from '../modules/auth/create-home.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
const maxLinks = 40;

/** How folders above a home are made. */
export interface ParentFolders {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A name in an open folder. No other process can make it lead anywhere else. */
export function nameIn(folder: FileHandle, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), name]);
}

export function ownerId(wanted: OwnerWanted, own: number): number {
  return wanted === '~' ? own : wanted;
}

/**
 * Opens the folder at a path, one component after the other, and makes those that are missing. A symbolic link is
 * followed where only root could have made it: what users may change must not lead root elsewhere.
 * @throws {Error} as node:fs does; ELOOP for a link that is not followed.
 */
export async function openFolders(path: string, parents: ParentFolders): Promise<FileHandle> {
  const opened = [await open('/', O_RDONLY | O_DIRECTORY)];
  try {
    const left = componentsOf(path);
    let links = 0;
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const folder = opened.at(-1) as FileHandle;
      if (name === '..') {
        if (opened.length > 1) await opened.pop()?.close();
        continue;
      }
      const next = await enter(folder, name, parents);
      if (typeof next !== 'string') {
        opened.push(next);
        continue;
      }
      links += 1;
      if (links > maxLinks) throw loop(path);
      left.unshift(...componentsOf(next));
      if (next.startsWith('/')) for (const folderAbove of opened.splice(1)) await folderAbove.close();
    }
    return opened.pop() as FileHandle;
  } finally {
    for (const folder of opened) await folder.close();
  }
}

const componentsOf = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');

/** @returns the folder, or where the link of this name leads. */
async function enter(folder: FileHandle, name: string, parents: ParentFolders): Promise<FileHandle | string> {
  const path = nameIn(folder, encodeName(name));
  const openIt = (): Promise<FileHandle> => open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return await openIt();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ELOOP') return await linkTarget(folder, path, error);
    if (code !== 'ENOENT') throw error;
  }
  const isOurs = await mkdir(path, { mode: parents.mode }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  const made = await openIt();
  // In a folder of the user's another may stand there by now.
  if (isOurs && (await made.stat()).uid === process.geteuid?.()) await made.chown(parents.uid, parents.gid);
  return made;
}

async function linkTarget(folder: FileHandle, path: Buffer, cause: unknown): Promise<string> {
  const [link, above] = [await lstat(path), await folder.stat()];
  if (!link.isSymbolicLink()) throw cause;
  const isOpenToOthers = (above.mode & 0o022) !== 0;
  if (link.uid !== 0 || above.uid !== 0 || isOpenToOthers) throw loop(path.toString());
  return await readlink(path);
}

function loop(path: string): Error {
  return Object.assign(new Error(`ELOOP: a symbolic link is not followed, ${path}`), { code: 'ELOOP' });
}
