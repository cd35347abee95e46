import type { ConfigReader, ReaderEntry } from '@ftpd/config';

/** What the disk said while a configuration was read. */
export interface ConfigSnapshot {
  readonly files: Readonly<Record<string, Read<string>>>;
  readonly lists: Readonly<Record<string, Read<readonly string[]>>>;
  /** `null`: nothing is there. */
  readonly looks: Readonly<Record<string, ReaderEntry | null>>;
}

type Read<T> = { readonly value: T } | { readonly error: string };

/** A reader that keeps what it read. */
export interface RecordingReader extends ConfigReader {
  snapshot(): ConfigSnapshot;
}

export function recordingReader(reader: ConfigReader): RecordingReader {
  const files = new Map<string, Read<string>>();
  const lists = new Map<string, Read<readonly string[]>>();
  const looks = new Map<string, ReaderEntry | null>();
  return {
    readFile: (path) => recorded(files, path, reader.readFile),
    list: (path) => recorded(lists, path, reader.list),
    async look(path) {
      const entry = await reader.look(path);
      looks.set(path, entry ?? null);
      return entry;
    },
    snapshot: () => ({
      files: Object.fromEntries(files),
      lists: Object.fromEntries(lists),
      looks: Object.fromEntries(looks),
    }),
  };
}

async function recorded<T>(
  kept: Map<string, Read<T>>,
  path: string,
  read: (path: string) => Promise<T>,
): Promise<T> {
  try {
    const value = await read(path);
    kept.set(path, { value });
    return value;
  } catch (error) {
    kept.set(path, { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** Reads again what was read when the snapshot was made: whoever parses it sees the same configuration. */
export function snapshotReader({ files, lists, looks }: ConfigSnapshot): ConfigReader {
  return {
    readFile: (path) => replayed(files, path),
    list: (path) => replayed(lists, path),
    look: async (path) => (Object.hasOwn(looks, path) ? (looks[path] ?? undefined) : undefined),
  };
}

async function replayed<T>(kept: Readonly<Record<string, Read<T>>>, path: string): Promise<T> {
  const read = Object.hasOwn(kept, path) ? kept[path] : undefined;
  if (read === undefined) throw new Error('No such file or directory');
  if ('error' in read) throw new Error(read.error);
  return read.value;
}
