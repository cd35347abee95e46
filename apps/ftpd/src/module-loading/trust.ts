import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package holds fewer files; whatever holds more is not looked through for ever. */
const maxEntries = 20_000;

const othersMayWrite = 0o022;
const sticky = 0o1000;

/**
 * Why code below a folder must not be trusted: somebody else than root, and than this process's user, could change it.
 * @param folder - Real path: no part of it is a link.
 * @returns a sentence for after "error loading module"; undefined: nothing speaks against it.
 */
export function trustProblem(folder: string, uid: number = process.getuid?.() ?? 0): string | undefined {
  const mayOwn = (stats: Stats): boolean => stats.uid === 0 || stats.uid === uid;
  for (
    let parent = dirname(folder), child = folder;
    child !== parent;
    child = parent, parent = dirname(parent)
  ) {
    const stats = lstatSync(parent);
    // In a folder such as /tmp nobody can replace what belongs to root.
    const isSafe = mayOwn(stats) && ((stats.mode & othersMayWrite) === 0 || (stats.mode & sticky) !== 0);
    if (!isSafe)
      return `others may change '${parent}'; it must belong to root and be writable by nobody else`;
  }
  let left = maxEntries;
  const look = (path: string): string | undefined => {
    if ((left -= 1) < 0) return `'${folder}' holds more than ${maxEntries} files`;
    const stats = lstatSync(path);
    if (!mayOwn(stats) || (!stats.isSymbolicLink() && (stats.mode & othersMayWrite) !== 0))
      return `others may change '${path}'; it must belong to root and be writable by nobody else`;
    if (stats.isSymbolicLink() && !isInside(folder, path))
      return `'${path}' leads out of the package, where others might change what it leads to`;
    if (!stats.isDirectory()) return undefined;
    for (const name of readdirSync(path)) {
      const problem = look(join(path, name));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return look(folder);
}

function isInside(folder: string, link: string): boolean {
  try {
    return realpathSync(link).startsWith(`${folder}/`);
  } catch {
    // It leads nowhere.
    return true;
  }
}
