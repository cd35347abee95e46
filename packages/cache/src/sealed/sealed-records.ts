import { checkKey, checkValue } from '../arguments.ts';
import type { Cache, CacheVersion, CallOptions, StoreOptions } from '../cache.ts';
import { maxSealBytes, type OpenedRecord, type RecordCodec } from './record-codec.ts';

export interface SealedRecordsOptions {
  /** How many keys' generations are remembered against replay; the least recently used is forgotten. Default 10,000. */
  readonly maxRemembered?: number;
  /** ms since the epoch. Default `Date.now()`. */
  readonly now?: () => number;
}

export interface SealedEntry extends OpenedRecord {
  readonly version: CacheVersion;
}

/** Records of our own in a cache that others may write to. */
export interface SealedRecords {
  /** @throws {CacheError} CACHE_BAD_RECORD for what was forged, cut, moved from another key, or put back. */
  get(key: Uint8Array, options?: CallOptions): Promise<OpenedRecord | undefined>;
  getEntry(key: Uint8Array, options?: CallOptions): Promise<SealedEntry | undefined>;
  set(key: Uint8Array, content: Uint8Array, options?: StoreOptions): Promise<void>;
  add(key: Uint8Array, content: Uint8Array, options?: StoreOptions): Promise<boolean>;
  replace(
    key: Uint8Array,
    version: CacheVersion,
    content: Uint8Array,
    options?: StoreOptions,
  ): Promise<boolean>;
  delete(key: Uint8Array, options?: CallOptions): Promise<boolean>;
  touch(key: Uint8Array, options: StoreOptions): Promise<boolean>;
}

/**
 * Seals what goes into a cache and opens what comes out. Each record has a generation: the time of its writing, but more
 * than that of any record seen under its key. An older one than was seen here is refused, so that a record that was
 * recorded can't be put back.
 *
 * The pool's clocks have to agree to within what may pass between two writes of one key by different machines that have
 * not read each other's.
 */
export function createSealedRecords(
  cache: Cache,
  codec: RecordCodec,
  { maxRemembered = 10_000, now = Date.now }: SealedRecordsOptions = {},
): SealedRecords {
  /** The newest generation seen, by key; the least recently used key first. */
  const seen = new Map<string, number>();

  const seenOf = (key: Uint8Array): number => seen.get(nameOf(key)) ?? 0;
  const see = (key: Uint8Array, generation: number): void => {
    const name = nameOf(key);
    const newest = Math.max(generation, seen.get(name) ?? 0);
    seen.delete(name);
    seen.set(name, newest);
    if (seen.size > maxRemembered) for (const oldest of seen.keys()) return void seen.delete(oldest);
  };
  const open = (key: Uint8Array, record: Uint8Array): OpenedRecord => {
    const opened = codec.open(key, record, seenOf(key));
    see(key, opened.generation);
    return opened;
  };
  /** A refused write must not make the record that is there look old: what was sealed counts once it is stored. */
  const storing = async <Stored>(
    key: Uint8Array,
    content: Uint8Array,
    store: (record: Uint8Array) => Promise<Stored>,
  ): Promise<Stored> => {
    checkKey(key, cache.capabilities.maxKeyBytes);
    checkValue(content, cache.capabilities.maxValueBytes - maxSealBytes);
    const generation = Math.max(now(), seenOf(key) + 1);
    const stored = await store(codec.seal(key, content, generation));
    if (stored !== false) see(key, generation);
    return stored;
  };

  return {
    async get(key, options) {
      const record = await cache.get(key, options);
      return record === undefined ? undefined : open(key, record);
    },
    async getEntry(key, options) {
      const entry = await cache.getEntry(key, options);
      return entry === undefined ? undefined : { ...open(key, entry.value), version: entry.version };
    },
    set: (key, content, options) => storing(key, content, (record) => cache.set(key, record, options)),
    add: (key, content, options) => storing(key, content, (record) => cache.add(key, record, options)),
    replace: (key, version, content, options) =>
      storing(key, content, (record) => cache.replace(key, version, record, options)),
    delete: (key, options) => cache.delete(key, options),
    touch: (key, options) => cache.touch(key, options),
  };
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}
