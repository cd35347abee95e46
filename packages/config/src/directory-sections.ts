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
  readonly children: DirectoryNode[];
}

/** The sections of a session, those for folders inside below those for the folders. */
export type DirectoryTree = readonly DirectoryNode[];

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
 * @param patterns - In the order in which a later one counts more.
 */
export function directoryTree(patterns: readonly DirectoryPattern[]): DirectoryTree {
  const nodes = patterns.map((pattern): DirectoryNode => ({ ...pattern, children: [] }));
  const tops: DirectoryNode[] = [];
  for (const node of nodes) {
    const outer = nodes.filter((other) => holdsFolder(other, node));
    const nearest = Math.max(...outer.map(nearness));
    const parent = outer.findLast((other) => nearness(other) === nearest);
    (parent?.children ?? tops).push(node);
  }
  return tops;
}

function holdsFolder(outer: DirectoryPattern, inner: DirectoryPattern): boolean {
  if (outer.path === inner.path) return outer.isAccessFile && !inner.isAccessFile;
  const isContents = !outer.isAccessFile && outer.path.endsWith('/*');
  const folder = isContents ? outer.path.slice(0, -2) : outer.path;
  if (!outer.isAccessFile && hasWildcard(folder)) return false;
  return inner.path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Of two that hold a folder the one with more is the nearer; `/a/*` lies between `/a` and `/a/b`. */
function nearness({ path, isAccessFile }: DirectoryPattern): number {
  if (isAccessFile) return path.length - 0.5;
  return path.endsWith('/*') ? path.length - 1 : path.length;
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
    const found = level.findLast((node) => matches(node, path));
    if (found === undefined) return chain.toReversed();
    chain.push(found.section);
    level = found.children;
  }
}

function matches({ path: pattern, isAccessFile }: DirectoryPattern, path: string): boolean {
  if (isAccessFile || !hasWildcard(pattern))
    return pattern === '/' || path === pattern || path.startsWith(`${pattern}/`);
  return matchGlob(pattern, path) || matchGlob(`${pattern}/*`, path);
}
