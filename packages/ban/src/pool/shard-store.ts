import {
  CacheError,
  isCacheError,
  maxSealBytes,
  type Cache,
  type CacheEntry,
  type Lifetime,
  type RecordCodec,
} from '@ftpd/cache';
import { setTimeout } from 'node:timers/promises';
import { isSameRecord, keptUntilMs, mergeRecords, type BanRecord } from '../record/ban-record.ts';
import { decodeRecords, encodeRecords } from '../record/record-text.ts';
import { keptSlackMs, type BanReplica } from './replica.ts';
import { shardKeys, shardOf } from './shard.ts';

export interface ShardStoreOptions {
  /** The cache, in a namespace of our own. */
  readonly cache: Cache;
  /** Seals the shards, so that nobody else can write them. */
  readonly codec?: RecordCodec | undefined;
  readonly replica: BanReplica;
  /** Takes a record that came from the pool. */
  readonly learn: (record: BanRecord) => void;
  readonly now: () => number;
  /** Told of a shard that is too large to be stored whole. */
  readonly onFull: (shard: number) => void;
  /** Awaited after a shard was stored. */
  readonly onStored: (shard: number) => Promise<void>;
}

export interface ShardStore {
  /** Takes what a shard of the pool says. @returns whether it lacks something that others have to know. */
  take(shard: number, bytes: Uint8Array | undefined): boolean;
  /**
   * Reads a shard, lets a change be made with all that is known, and stores it; what is asked meanwhile goes together.
   * @throws {CacheError} when the cache can't be asked; the change was made here if it was called.
   */
  update(shard: number, change: () => void): Promise<void>;
}

interface Write {
  readonly changes: (() => void)[];
  readonly done: Promise<void>;
}

/** Lost races of compare-and-set before it is called an outage. */
const maxAttempts = 30;

/** The shards of the pool's index, each a value of the cache under compare-and-set. */
export function createShardStore(options: ShardStoreOptions): ShardStore {
  const { cache, codec, replica, learn, now, onFull, onStored } = options;
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Write>();

  const read = (shard: number, bytes: Uint8Array | undefined): Map<string, BanRecord> => {
    const content = bytes === undefined ? undefined : opened(codec, keyOf(shard), bytes);
    const records = content === undefined ? [] : decodeRecords(content, (id) => shardOf(id) === shard);
    const nowMs = now();
    for (const record of records) if (keptUntilMs(record) + keptSlackMs > nowMs) learn(record);
    return new Map(records.map((record) => [record.id, record]));
  };

  const isBehind = (shard: number, theirs: ReadonlyMap<string, BanRecord>): boolean => {
    const nowMs = now();
    for (const record of replica.ofShard(shard).values()) {
      if (keptUntilMs(record) <= nowMs) continue;
      const their = theirs.get(record.id);
      if (their === undefined || !isSameRecord(mergeRecords(their, record), their)) return true;
    }
    return false;
  };

  /** What no driver would have written there is as if it were not. */
  const entryOf = async (key: Uint8Array): Promise<CacheEntry | undefined> => {
    try {
      return await cache.getEntry(key);
    } catch (error) {
      if (!isCacheError(error, 'CACHE_PROTOCOL', 'CACHE_REFUSED')) throw error;
      await cache.delete(key);
      return undefined;
    }
  };

  const store = async (shard: number, changes: readonly (() => void)[]): Promise<void> => {
    const key = keyOf(shard);
    let isChanged = false;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await entryOf(key);
      const theirs = read(shard, entry?.value);
      if (!isChanged) for (const change of changes) change();
      isChanged = true;
      if (!isBehind(shard, theirs)) return;
      const { value, lifetime } = valueOf(shard);
      const isStored =
        entry === undefined
          ? await cache.add(key, value, lifetime)
          : await cache.replace(key, entry.version, value, lifetime);
      if (isStored) {
        await onStored(shard);
        return;
      }
      // Many nodes at once: let them not meet again.
      if (attempt > 2) await setTimeout(Math.random() * 5 * attempt, undefined, { ref: false });
    }
    throw new CacheError('CACHE_UNAVAILABLE', {
      message: 'A shard of the bans is written by too many at once',
    });
  };

  const valueOf = (shard: number): { value: Uint8Array; lifetime: Lifetime } => {
    let records = [...replica.ofShard(shard).values()].filter(
      (record) => keptUntilMs(record) + keptSlackMs > now(),
    );
    let value = encodeRecords(records);
    const most = Math.min(cache.capabilities.maxValueBytes, 1_000_000) - maxSealBytes;
    while (value.length > most) {
      onFull(shard);
      records = records
        .toSorted((one, other) => compareEnds(other, one))
        .slice(0, Math.floor((records.length * most * 0.9) / value.length));
      value = encodeRecords(records);
    }
    const lastMs = Math.max(...records.map(keptUntilMs));
    if (codec !== undefined) value = codec.seal(keyOf(shard), value, now());
    return { value, lifetime: Number.isFinite(lastMs) ? { expiresAtMs: lastMs + 2 * keptSlackMs } : {} };
  };

  const start = async (shard: number, changes: readonly (() => void)[]): Promise<void> => {
    const own = store(shard, changes);
    running.set(shard, own);
    try {
      await own;
    } finally {
      if (running.get(shard) === own) running.delete(shard);
    }
  };

  return {
    take: (shard, bytes) => isBehind(shard, read(shard, bytes)),
    async update(shard, change) {
      const joined = waiting.get(shard);
      if (joined !== undefined) {
        joined.changes.push(change);
        await joined.done;
        return;
      }
      const before = running.get(shard);
      if (before === undefined) {
        await start(shard, [change]);
        return;
      }
      const changes = [change];
      const done = before
        .catch(() => {})
        .then(() => {
          waiting.delete(shard);
          return start(shard, changes);
        });
      waiting.set(shard, { changes, done });
      await done;
    },
  };
}

function keyOf(shard: number): Uint8Array {
  return shardKeys[shard] as Uint8Array;
}

/** Bans that last longest first. */
function compareEnds(one: BanRecord, other: BanRecord): number {
  const [oneMs, otherMs] = [keptUntilMs(one), keptUntilMs(other)];
  return oneMs === otherMs ? 0 : oneMs > otherMs ? 1 : -1;
}

/** What was forged is as if it were not there. Old shards that are put back do no harm: they are merged, and mended. */
function opened(codec: RecordCodec | undefined, key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return codec === undefined ? bytes : codec.open(key, bytes).content;
  } catch {
    return undefined;
  }
}
