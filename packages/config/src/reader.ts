/** What a path leads to, symbolic links followed. */
export interface ReaderEntry {
  readonly kind: 'file' | 'directory' | 'other';
  /** The last component is itself a symbolic link. */
  readonly isSymlink: boolean;
}

/** How the configuration reads files. Paths are absolute. */
export interface ConfigReader {
  /** The text of a file, with bytes that are not valid UTF-8 as lone surrogates U+DC00 + byte. Rejects if unreadable. */
  readonly readFile: (path: string) => Promise<string>;
  /** The names in a directory, in any order. Rejects if unreadable. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** What stands at a path; undefined: nothing. */
  readonly look: (path: string) => Promise<ReaderEntry | undefined>;
}

/** A reader over files in memory, by absolute path; directories follow from the paths. */
export function createMemoryReader(files: Readonly<Record<string, string>>): ConfigReader {
  const names = Object.keys(files);
  const isDirectory = (path: string): boolean => names.some((name) => name.startsWith(inside(path)));
  return {
    readFile: async (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new Error('No such file or directory');
      return text;
    },
    list: async (path) => {
      const folder = inside(path);
      const children = names
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length).split('/')[0] ?? '');
      return [...new Set(children)];
    },
    look: async (path) => {
      if (Object.hasOwn(files, path)) return { kind: 'file', isSymlink: false };
      return isDirectory(path) ? { kind: 'directory', isSymlink: false } : undefined;
    },
  };
}

function inside(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
