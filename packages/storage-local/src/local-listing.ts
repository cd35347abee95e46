import { lstat, type Dir, type Dirent, type Stats } from 'node:fs';
import type { DirectoryEntry, FileStat, VirtualPath } from '@ftpd/storage';
import { forEachBounded } from './bounded.ts';
import type { Pinned } from './confinement.ts';
import { errnoOf } from './errno.ts';
import { describeStats, type OwnerNames } from './local-stat.ts';
import { nameFromLatin1, realName } from './real-name.ts';
import { openFolder, readlink } from './system-calls.ts';

export interface ListingOptions {
  /** Symlinks resolved. */
  readonly path: VirtualPath;
  readonly pinned: Pinned;
  readonly batchSize: number;
  readonly filter: (name: string) => boolean;
  readonly names: OwnerNames;
  /** How many entries are looked at, at a time. */
  readonly concurrency: number;
  /** What a symlink's entry shows instead of the link. `undefined`: the link. */
  readonly behind: (name: string) => Promise<FileStat | undefined>;
  readonly onClose: (listing: LocalListing) => void;
}

/** Opens the folder for a listing, which owns it and its pin from now on. */
export async function openListing(options: ListingOptions): Promise<LocalListing> {
  try {
    return new LocalListing(await openFolder(realName(options.pinned.name), options.batchSize), options);
  } catch (error) {
    options.pinned.release();
    throw error;
  }
}

/** A folder being read, batch by batch. */
export class LocalListing {
  readonly #folder: Dir;
  readonly #options: ListingOptions;
  #reading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(folder: Dir, options: ListingOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** The next entries, perhaps none; `undefined` at the end. One call at a time. */
  next(): Promise<readonly DirectoryEntry[] | undefined> {
    const batch = this.#nextBatch();
    this.#reading = batch;
    return batch;
  }

  close(): Promise<void> {
    this.#closing ??= this.#reading.then(
      () => this.#end(),
      () => this.#end(),
    );
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#options.onClose(this);
    this.#options.pinned.release();
    await this.#folder.close();
  }

  async #nextBatch(): Promise<readonly DirectoryEntry[] | undefined> {
    const { batchSize, filter, pinned, concurrency } = this.#options;
    const names = await readNames(this.#folder, batchSize, filter);
    if (names.length === 0) return undefined;
    const looked = await lstatEach(pinned.name, names, concurrency);
    const found = new Array<DirectoryEntry | undefined>(names.length);
    const links: { readonly number: number; readonly name: string; readonly stats: Stats }[] = [];
    for (const [number, stats] of looked.entries()) {
      const name = names[number] ?? '';
      if (stats instanceof Error) {
        if (!goneErrors.has(errnoOf(stats))) throw stats;
      } else if (stats.isSymbolicLink()) {
        links.push({ number, name, stats });
      } else {
        found[number] = { name, ...describeStats(stats, this.#options.names) };
      }
    }
    await forEachBounded(links, concurrency, async ({ number, name, stats }) => {
      found[number] = await this.#describeLink(name, stats);
    });
    return found.filter((entry) => entry !== undefined);
  }

  async #describeLink(name: string, stats: Stats): Promise<DirectoryEntry | undefined> {
    const { pinned, names, behind } = this.#options;
    try {
      return {
        name,
        ...((await behind(name)) ??
          describeStats(stats, names, await readlink(realName(`${pinned.name}/${name}`)))),
      };
    } catch (error) {
      if (goneErrors.has(errnoOf(error))) return undefined;
      throw error;
    }
  }
}

/** ESTALE: a network file system's word for an entry that is gone. EINVAL: what was a symlink is none any more. */
const goneErrors: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESTALE', 'EINVAL']);

// Callbacks here: with a promise for each entry a listing takes half as long again.
function readNames(
  folder: Dir,
  count: number,
  filter: (name: string) => boolean,
): Promise<readonly string[]> {
  const names: string[] = [];
  return new Promise((resolve, reject) => {
    const onEntry = (error: Error | null, entry: Dirent | null): void => {
      if (error !== null) return reject(error);
      if (entry === null) return resolve(names);
      try {
        const name = nameFromLatin1(entry.name);
        if (filter(name)) names.push(name);
      } catch (failure) {
        return reject(failure as Error);
      }
      return names.length < count ? folder.read(onEntry) : resolve(names);
    };
    folder.read(onEntry);
  });
}

/** What lstat(2) says of each name in the folder, `concurrency` at a time. */
function lstatEach(
  folder: string,
  names: readonly string[],
  concurrency: number,
): Promise<readonly (Stats | Error)[]> {
  return new Promise((resolve) => {
    const results: (Stats | Error)[] = new Array<Error>(names.length);
    let started = 0;
    let ended = 0;
    const startNext = (): void => {
      const number = started;
      started += 1;
      lstat(realName(`${folder}/${names[number] ?? ''}`), (error, stats) => {
        results[number] = error ?? stats;
        ended += 1;
        if (ended === names.length) resolve(results);
        else if (started < names.length) startNext();
      });
    };
    while (started < Math.min(concurrency, names.length)) startNext();
  });
}
