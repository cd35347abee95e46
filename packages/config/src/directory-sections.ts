import type { CheckedSection } from './check.ts';
import { hasWildcard, matchGlob } from './glob.ts';

/** A `<Directory>` with its path made absolute, ready to be compared. */
export interface DirectoryPattern {
  readonly section: CheckedSection;
  /** Components of the path, each a literal or a shell pattern. */
  readonly parts: readonly string[];
  /** The path ends in `/*`: the contents of a folder and not the folder. */
  readonly isContents: boolean;
  /** Place among all sections, to tell which of two stands later. */
  readonly order: number;
}

/** What relative and home paths of sections mean. */
export interface PathBases {
  /** Home of the user named, or of the session's user for ''. Undefined: nobody, and the section matches nothing. */
  readonly homeOf: (user: string) => string | undefined;
  /** The root of the `<Anonymous>` that the section stands in. */
  readonly anonymousRoot?: string | undefined;
}

/** Reads the path of a `<Directory>`; undefined: it can't match anything (a home that nobody has). */
export function directoryPattern(section: CheckedSection, written: string, order: number, bases: PathBases): DirectoryPattern | undefined {
  const path = absolute(written, bases);
  if (path === undefined) return undefined;
  const parts = components(path);
  return { section, parts, isContents: parts.at(-1) === '*', order };
}

function absolute(written: string, { homeOf, anonymousRoot }: PathBases): string | undefined {
  if (written.startsWith('~')) {
    const slash = written.indexOf('/');
    const user = slash < 0 ? written.slice(1) : written.slice(1, slash);
    const home = homeOf(user);
    return home === undefined ? undefined : `${home}${slash < 0 ? '' : written.slice(slash)}`;
  }
  return written.startsWith('/') || anonymousRoot === undefined ? written : `${anonymousRoot}/${written}`;
}

function components(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/**
 * The sections that apply to a path, the most specific first. A section applies to its folder and everything below. The
 * longer path is the more specific; of two of one length the one that does not end in `/*`, then the one that stands
 * later in the file.
 * @param path - Absolute, in the file system of the server.
 * @see ProFTPD howto/Directory
 */
export function matchingDirectories(patterns: readonly DirectoryPattern[], path: string): DirectoryPattern[] {
  const wanted = components(path);
  return patterns
    .filter(({ parts }) => parts.length <= wanted.length && parts.every((part, index) => matchesPart(part, wanted[index] ?? '')))
    .toSorted((a, b) => b.parts.length - a.parts.length || Number(a.isContents) - Number(b.isContents) || b.order - a.order);
}

function matchesPart(part: string, name: string): boolean {
  return hasWildcard(part) ? matchGlob(part, name) : part === name;
}
