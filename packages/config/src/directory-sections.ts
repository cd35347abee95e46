import type { CheckedSection } from './check.ts';
import { hasWildcard, matchGlob } from './glob.ts';

/** A `<Directory>` with its path made absolute, ready to be compared. */
export interface DirectoryPattern {
  readonly section: CheckedSection;
  /** Absolute, without a slash at the end; may hold wildcards, unless it is that of an access file. */
  readonly path: string;
  /** The section is an `.ftpaccess` file: its folder is a name, and a `<Directory>` for the same folder counts more. */
  readonly isAccessFile: boolean;
}

/** A `<Directory>` in its place among the others. */
interface DirectoryNode extends DirectoryPattern {
  /** Place among all; a later one counts more. */
  readonly order: number;
  readonly inside: Siblings;
}

/** Sections that are not inside each other. */
interface Siblings {
  /** Those for one folder, by its path. */
  readonly folders: Map<string, DirectoryNode>;
  /** Those with wildcards, in order. */
  readonly patterns: DirectoryNode[];
}

/** The sections of a session, those for folders inside below those for the folders. */
export type DirectoryTree = Siblings;

/** What relative and home paths of sections mean. */
export interface PathBases {
  /** Home of the user named, or of the session's user for ''. Undefined: nobody, and the section matches nothing. */
  readonly homeOf: (user: string) => string | undefined;
  /** What relative paths are relative to: the root of the `<Anonymous>` that the section stands in. */
  readonly relativeTo?: string | undefined;
}

/** Reads the path of a `<Directory>`; undefined: it can't match anything (a home that nobody has). */
export function directoryPattern(
  section: CheckedSection,
  written: string,
  bases: PathBases,
): DirectoryPattern | undefined {
  const path = absolute(written, bases);
  if (path === undefined) return undefined;
  return { section, path: withoutEndSlash(path.replace(/\/{2,}/gu, '/')), isAccessFile: false };
}

function absolute(written: string, { homeOf, relativeTo }: PathBases): string | undefined {
  if (written.startsWith('~')) {
    const slash = written.indexOf('/');
    const home = homeOf(slash < 0 ? written.slice(1) : written.slice(1, slash));
    return home === undefined ? undefined : `${home}${slash < 0 ? '' : written.slice(slash)}`;
  }
  return written.startsWith('/') || relativeTo === undefined ? written : `${relativeTo}/${written}`;
}

function withoutEndSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * Puts the sections into each other as their paths are. Those with wildcards elsewhere than in a last `/*` hold none.
 * Takes time in proportion to the lengths of the paths.
 * @param patterns - In the order in which a later one counts more.
 */
export function directoryTree(patterns: readonly DirectoryPattern[]): DirectoryTree {
  const nodes = patterns.map((pattern, order): DirectoryNode => ({
    ...pattern,
    order,
    inside: noSiblings(),
  }));
  const holders = new Map(nodes.map((node) => [holderKey(node.path, node.isAccessFile), node]));
  const tops = noSiblings();
  for (const node of nodes) {
    const { folders, patterns: others } = parentOf(node, holders)?.inside ?? tops;
    if (isPattern(node)) others.push(node);
    else folders.set(node.path, node);
  }
  return tops;
}

function noSiblings(): Siblings {
  return { folders: new Map(), patterns: [] };
}

function isPattern({ path, isAccessFile }: DirectoryPattern): boolean {
  return !isAccessFile && hasWildcard(path);
}

function holderKey(path: string, isAccessFile: boolean): string {
  return `${isAccessFile ? 'file' : 'section'} ${path}`;
}

/** The section that a section lies in, nearest first: an access file of the same folder, then, going outwards, `folder/*`, `folder`. */
function parentOf(
  node: DirectoryPattern,
  holders: ReadonlyMap<string, DirectoryNode>,
): DirectoryNode | undefined {
  const own = node.isAccessFile ? undefined : holders.get(holderKey(node.path, true));
  if (own !== undefined) return own;
  for (const folder of foldersAround(node.path)) {
    const contents = folder === '/' ? '/*' : `${folder}/*`;
    const candidates = hasWildcard(folder)
      ? [holderKey(folder, true)]
      : [
          ...(contents === node.path ? [] : [holderKey(contents, false)]),
          holderKey(folder, false),
          holderKey(folder, true),
        ];
    for (const key of candidates) {
      const found = holders.get(key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The folders that hold a path, the nearest first, without the path itself. */
function* foldersAround(path: string): Generator<string> {
  let end = path.lastIndexOf('/');
  while (end > 0) {
    yield path.slice(0, end);
    end = path.lastIndexOf('/', end - 1);
  }
  if (path !== '/') yield '/';
}

/**
 * The sections in force for a path, the innermost first. A section holds for its folder and all below; where several
 * match that are not inside each other, the one that stands later in the file counts and the other does not.
 * @param path - Absolute, in the file system of the server.
 * @see ProFTPD howto/Directory; that `*` matches slashes too is how ProFTPD 1.3.8 behaves
 */
export function matchingDirectories(tree: DirectoryTree, path: string): readonly CheckedSection[] {
  const chain: CheckedSection[] = [];
  let level = tree;
  for (;;) {
    const folder = folderIn(level, path);
    const pattern = level.patterns.findLast(
      (node) => (folder === undefined || node.order > folder.order) && matches(node.path, path),
    );
    const found = pattern ?? folder;
    if (found === undefined) return chain.toReversed();
    chain.push(found.section);
    level = found.inside;
  }
}

/** Folders that hold the path and each other are not siblings, so there is at most one. */
function folderIn({ folders }: Siblings, path: string): DirectoryNode | undefined {
  if (folders.size === 0) return undefined;
  const own = folders.get(path);
  if (own !== undefined) return own;
  for (const folder of foldersAround(path)) {
    const found = folders.get(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matches(pattern: string, path: string): boolean {
  return matchGlob(pattern, path) || matchGlob(`${pattern}/*`, path);
}
