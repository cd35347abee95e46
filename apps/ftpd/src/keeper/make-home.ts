import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  type FileHandle,
} from 'node:fs/promises';
import { posix } from 'node:path';
import { encodeName } from '@ftpd/storage';
import { maxSkeletonDepth, maxSkeletonEntries, type HomeWanted } from '../policy/home.ts';
import { nameIn, openFolders, ownerId } from './home-folders.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Sticky stays, setuid and setgid do not: as mkdir(2), and as CreateHome says of files. */
const folderBits = 0o1777;
const fileBits = 0o777;

/**
 * Makes a home that is missing, as root. It is filled under another name, in a folder that nobody else may enter, and
 * gets its name and its owner when it is whole.
 * @returns whether it was missing.
 */
export async function makeHome(
  { account, value, umask }: Pick<HomeWanted, 'account' | 'value' | 'umask'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { uid, gid } = account;
  const homeGid = value.homeGid ?? gid;
  const home = posix.normalize(account.home).replace(/(?<=.)\/+$/, '');
  const above = await openFolders(posix.dirname(home), {
    mode: value.directoryMode & folderBits & ~umask,
    uid: ownerId(value.parentUid, uid),
    gid: ownerId(value.parentGid, homeGid),
  });
  try {
    const path = nameIn(above, encodeName(posix.basename(home)));
    if (await isThere(path)) return false;
    const unfinished = nameIn(above, Buffer.from(`.home-${randomBytes(9).toString('base64url')}`));
    await mkdir(unfinished, { mode: 0o700 });
    const folder = await open(unfinished, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      if (value.skeleton !== undefined)
        await copySkeleton(value.skeleton, folder, { uid, gid, umask, signal, left: maxSkeletonEntries });
      await rename(unfinished, path);
    } catch (error) {
      await folder.close();
      // Nobody but root could change anything in it.
      await rm(unfinished, { recursive: true, force: true });
      if (await isThere(path)) return false;
      throw error;
    }
    await folder.chmod(value.mode & folderBits & ~umask);
    await folder.chown(uid, homeGid);
    await folder.close();
    return true;
  } finally {
    await above.close();
  }
}

async function isThere(path: Buffer): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

interface Copying {
  readonly uid: number;
  readonly gid: number;
  readonly umask: number;
  readonly signal: AbortSignal;
  left: number;
}

async function copySkeleton(path: string, target: FileHandle, copying: Copying): Promise<void> {
  const skeleton = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    if (((await skeleton.stat()).mode & 0o002) !== 0)
      throw new Error(`skel path '${path}' is world-writable`);
    await copyFolder(skeleton, target, copying, 0);
  } finally {
    await skeleton.close();
  }
}

async function copyFolder(from: FileHandle, to: FileHandle, copying: Copying, depth: number): Promise<void> {
  if (depth > maxSkeletonDepth) throw new Error('the skeleton is nested too deeply');
  const entries = await readdir(`/proc/self/fd/${from.fd}/`, { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries) {
    copying.signal.throwIfAborted();
    copying.left -= 1;
    if (copying.left < 0) throw new Error('the skeleton has too many files');
    const [source, copy] = [nameIn(from, entry.name), nameIn(to, entry.name)];
    if (entry.isDirectory()) await copySubfolder(source, copy, copying, depth);
    // As in ProFTPD the link itself stays root's.
    else if (entry.isSymbolicLink()) await symlink(await readlink(source, { encoding: 'buffer' }), copy);
    else if (entry.isFile()) await copyFile(source, copy, copying);
  }
}

async function copySubfolder(source: Buffer, copy: Buffer, copying: Copying, depth: number): Promise<void> {
  const from = await open(source, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    await mkdir(copy, { mode: 0o700 });
    const to = await open(copy, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      await copyFolder(from, to, copying, depth + 1);
      await to.chmod((await from.stat()).mode & folderBits & ~copying.umask);
      await to.chown(copying.uid, copying.gid);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function copyFile(source: Buffer, copy: Buffer, { uid, gid }: Copying): Promise<void> {
  const from = await open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { mode } = await from.stat();
    const to = await open(copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await to.writeFile(await from.readFile());
      await to.chmod(mode & fileBits);
      await to.chown(uid, gid);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
