import type { Dir } from 'node:fs';
import type { DirectoryEntry, FileStat, VirtualPath } from '@ftpd/storage';
import type { Pinned } from './confinement.ts';
import { errnoOf } from './errno.ts';
import { describeStats, type OwnerNames } from './local-stat.ts';
import { nameFromLatin1, realName } from './real-name.ts';
import { lstat, openFolder, readlink } from './system-calls.ts';

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
    const names = await this.#nextNames();
    if (names.length === 0) return undefined;
    const found: (DirectoryEntry | undefined)[] = names.map(() => undefined);
    let next = 0;
    const lookOn = async (): Promise<void> => {
      for (let at = next++; at < names.length; at = next++) found[at] = await this.#describe(names[at] ?? '');
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency, names.length) }, lookOn));
    return found.filter((entry) => entry !== undefined);
  }

  async #nextNames(): Promise<readonly string[]> {
    const names: string[] = [];
    while (names.length < this.#options.batchSize) {
      const entry = await this.#folder.read();
      if (entry === null) break;
      const name = nameFromLatin1(entry.name);
      if (this.#options.filter(name)) names.push(name);
    }
    return names;
  }

  async #describe(name: string): Promise<DirectoryEntry | undefined> {
    const { pinned, names, behind } = this.#options;
    const at = realName(`${pinned.name}/${name}`);
    try {
      const stats = await lstat(at);
      if (!stats.isSymbolicLink()) return { name, ...describeStats(stats, names) };
      return { name, ...((await behind(name)) ?? describeStats(stats, names, await readlink(at))) };
    } catch (error) {
      if (goneErrors.has(errnoOf(error))) return undefined;
      throw error;
    }
  }
}

/** ESTALE: a network file system's word for an entry that is gone. EINVAL: what was a symlink is none any more. */
const goneErrors: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESTALE', 'EINVAL']);
