import { hasWildcard, matchGlob } from './glob.ts';
import type { ConfigReader } from './reader.ts';

/** Files that one Include may name, so that a pattern can't fill the memory. */
export const MAX_INCLUDED_FILES = 10_000;

/** What `IncludeOptions` says. */
export interface IncludeRules {
  /** Folders that are symbolic links are read. */
  readonly allowSymlinks: boolean;
  /** Names that editors leave (`*~`, `*.sw?`) are passed over. */
  readonly ignoreTempFiles: boolean;
  /** Wildcards are allowed in the last component only. */
  readonly ignoreWildcards: boolean;
}

/** The files that an Include stands for, or why there are none. */
export type IncludedFiles =
  | { readonly files: readonly string[]; readonly note?: undefined }
  | { readonly files: readonly string[]; readonly note: string };

/**
 * The files that `Include path` reads, sorted by name: a file, all files of a folder (hidden ones too, not folders in
 * it), or those that match a pattern (`*` passes over hidden names). A pattern without a match is fine.
 * @param path - Absolute.
 * @see ProFTPD Include, IncludeOptions
 */
export async function includedFiles(
  path: string,
  rules: IncludeRules,
  reader: ConfigReader,
): Promise<IncludedFiles> {
  if (!hasWildcard(path)) return oneFileOrFolder(path, rules, reader);
  const parts = path.split('/').filter((part) => part !== '');
  let folders = [''];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (!hasWildcard(part) || (rules.ignoreWildcards && !isLast)) {
      folders = folders.map((folder) => `${folder}/${part}`);
      continue;
    }
    const matches: string[] = [];
    for (const folder of folders) {
      const entry = await reader.look(folder === '' ? '/' : folder);
      if (entry?.kind !== 'directory') continue;
      if (entry.isSymlink && !rules.allowSymlinks) continue;
      for (const name of sorted(await reader.list(folder === '' ? '/' : folder))) {
        if ((!name.startsWith('.') || part.startsWith('.')) && matchGlob(part, name))
          matches.push(`${folder}/${name}`);
      }
      if (matches.length > MAX_INCLUDED_FILES) return { files: [], note: 'too many files match' };
    }
    folders = matches;
  }
  return { files: await onlyFiles(folders, rules, reader) };
}

async function oneFileOrFolder(
  path: string,
  rules: IncludeRules,
  reader: ConfigReader,
): Promise<IncludedFiles> {
  const bare = path.length > 1 ? path.replace(/\/+$/u, '') : path;
  const entry = await reader.look(bare);
  if (entry === undefined) return { files: [], note: 'No such file or directory' };
  if (entry.kind !== 'directory') return { files: [bare] };
  if (entry.isSymlink && !rules.allowSymlinks)
    return { files: [], note: 'Is a symbolic link to a directory (see IncludeOptions AllowSymlinks)' };
  const names = sorted(await reader.list(bare)).map((name) => `${bare}/${name}`);
  if (names.length > MAX_INCLUDED_FILES) return { files: [], note: 'too many files' };
  return { files: await onlyFiles(names, rules, reader) };
}

async function onlyFiles(
  paths: readonly string[],
  rules: IncludeRules,
  reader: ConfigReader,
): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (rules.ignoreTempFiles && /(?:~|\.sw.)$/u.test(path)) continue;
    if ((await reader.look(path))?.kind === 'file') files.push(path);
  }
  return files;
}

function sorted(names: readonly string[]): string[] {
  return names
    .filter((name) => name !== '.' && name !== '..')
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
