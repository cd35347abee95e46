import type { DirectoryEntry } from '@ftpd/storage';
import type { OwnerNames } from '../local-stat.ts';
import { isGone, unpackStats } from './packed-stats.ts';
import { SharedDescriptor } from './shared-descriptor.ts';
import {
  packedLength,
  type FolderAnswer,
  type ListingOptions,
  type OpenFolderAnswer,
} from './worker-protocol.ts';

/** The two things a listing asks a worker for. */
export interface ListingCalls {
  readonly read: (folder: SharedDescriptor, options: ListingOptions) => Promise<FolderAnswer>;
  readonly look: (folder: SharedDescriptor, names: string, options: ListingOptions) => Promise<FolderAnswer>;
}

export interface PrivilegedListingOptions {
  readonly opened: OpenFolderAnswer;
  readonly calls: ListingCalls;
  readonly names: OwnerNames;
  readonly batchSize: number;
  readonly options: ListingOptions;
  /** Only names for which this is true are looked at. Absent: all. */
  readonly filter?: (name: string) => boolean;
  readonly onClose: (listing: PrivilegedListing) => void;
}

/** A folder being read, batch by batch; from the second on, while one is used the next is on its way. */
export class PrivilegedListing {
  readonly #listing: PrivilegedListingOptions;
  readonly #folder: SharedDescriptor;
  #entries: readonly DirectoryEntry[] = [];
  #first: FolderAnswer | undefined;
  #ahead: Promise<FolderAnswer> | undefined;
  #isEnd = false;
  #closing: Promise<void> | undefined;

  constructor(listing: PrivilegedListingOptions) {
    this.#listing = listing;
    this.#folder = new SharedDescriptor(listing.opened.descriptor);
    this.#first = listing.opened.first;
  }

  /** The next entries, perhaps none; `undefined` at the end. One call at a time. */
  async next(): Promise<readonly DirectoryEntry[] | undefined> {
    const { batchSize } = this.#listing;
    if (this.#entries.length === 0) {
      if (this.#isEnd) return undefined;
      this.#entries = await this.#take();
    }
    const batch = this.#entries.length <= batchSize ? this.#entries : this.#entries.slice(0, batchSize);
    this.#entries = this.#entries.slice(batch.length);
    return batch;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #take(): Promise<readonly DirectoryEntry[]> {
    const { calls, filter, options } = this.#listing;
    const first = this.#first;
    this.#first = undefined;
    const answer = first ?? (await (this.#ahead ?? this.#read()));
    this.#isEnd = answer.isEnd;
    this.#ahead = undefined;
    if (filter === undefined) {
      if (!answer.isEnd && first === undefined) this.#readAhead();
      return this.#entriesOf(answer);
    }
    const names = splitNames(answer).filter((name) => filter(name));
    if (names.length === 0) return [];
    const looked = calls.look(this.#folder, names.join('/'), options);
    this.#ahead = looked;
    const entries = this.#entriesOf(await looked);
    this.#ahead = undefined;
    return entries;
  }

  #read(): Promise<FolderAnswer> {
    const { calls, options } = this.#listing;
    return calls.read(this.#folder, options);
  }

  #readAhead(): void {
    this.#ahead = this.#read();
    // A failure is for whoever asks next.
    this.#ahead.catch(() => {});
  }

  #entriesOf(answer: FolderAnswer): readonly DirectoryEntry[] {
    const { stats } = answer;
    if (stats === undefined) return [];
    const targets = new Map(answer.targets);
    const entries: DirectoryEntry[] = [];
    for (const [index, name] of splitNames(answer).entries()) {
      if (isGone(stats, index)) continue;
      const shown = unpackStats(stats, this.#listing.names, index * packedLength, targets.get(index));
      entries.push({ name, ...shown });
    }
    return entries;
  }

  async #end(): Promise<void> {
    const { opened, onClose } = this.#listing;
    onClose(this);
    // The worker may be reading.
    await this.#ahead?.catch(() => {});
    if (opened.descriptor >= 0) this.#folder.close();
  }
}

function splitNames({ names, count }: FolderAnswer): readonly string[] {
  return count === 0 ? [] : names.split('/');
}
