import { chmod, copyFile, lstat, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CreateHomeValue } from '../modules/auth/login.ts';

/** Bounds of a skeleton: it is copied while somebody waits for a login. */
const maxSkeletonFiles = 1000;
const maxSkeletonDepth = 16;

/**
 * Makes a home that is missing, with the skeleton's files in it, as the user that the daemon runs as. A home that is
 * there, whoever made it, is left as it is. @see ProFTPD CreateHome
 */
export async function makeHome(
  home: string,
  { mode, directoryMode, skeleton }: CreateHomeValue,
): Promise<void> {
  if (await exists(home)) return;
  await makeParents(dirname(home), directoryMode);
  try {
    await mkdir(home, { mode });
  } catch (error) {
    // Another login of the same user was quicker, and copies.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await chmod(home, mode);
  if (skeleton === undefined) return;
  if (((await stat(skeleton)).mode & 0o002) !== 0)
    throw new Error(`skel path '${skeleton}' is world-writable`);
  await copyTree(skeleton, home, 0, { left: maxSkeletonFiles });
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function makeParents(path: string, mode: number): Promise<void> {
  if (await exists(path)) return;
  await makeParents(dirname(path), mode);
  await mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function copyTree(from: string, to: string, depth: number, budget: { left: number }): Promise<void> {
  if (depth > maxSkeletonDepth) throw new Error(`skel path '${from}' is nested too deeply`);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    budget.left -= 1;
    if (budget.left < 0) throw new Error('the skeleton has too many files');
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target);
      await copyTree(source, target, depth + 1, budget);
      await chmod(target, (await stat(source)).mode & 0o777);
    } else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) {
      await copyFile(source, target);
      // setuid and setgid stay behind, as documented.
      await chmod(target, (await stat(source)).mode & 0o777);
    }
  }
}
