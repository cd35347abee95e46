import { CacheError, maxSealBytes, type Cache, type RecordCodec } from '@ftpd/cache';
import { setTimeout } from 'node:timers/promises';
import { isSameRecord, keptUntilMs, mergeRecords, type BanRecord } from '../record/ban-record.ts';
import { decodeRecords, encodeRecords } from '../record/record-text.ts';
import { keptSlackMs, type BanReplica } from './replica.ts';
import { changesKey, shardCount, shardKeys, shardOf, versionKeys } from './shard.ts';

export interface PoolIndexOptions {
  /** The cache, in a namespace of our own. */
  readonly cache: Cache;
  /** Seals the shards, so that nobody else can write them. */
  readonly codec?: RecordCodec | undefined;
  readonly replica: BanReplica;
  /** Takes a record that came from the pool. */
  readonly learn: (record: BanRecord) => void;
  readonly now: () => number;
  /** How long a node goes on without reading all shards again, in ms. */
  readonly fullPassMs: number;
  /** Told of a shard that is too large to be stored whole. */
  readonly onFull: (shard: number) => void;
}

export interface PoolIndex {
  /**
   * Reads what has changed. Shards that lack what is known here are written.
   * @throws {CacheError} when the cache can't be asked
   */
  poll(): Promise<void>;
  /**
   * Reads a shard, lets a change be made with all that is known, and stores it.
   * @throws {CacheError} when the cache can't be asked; the change was made here if it was called.
   */
  update(shard: number, change: () => void): Promise<void>;
  /** Lets the next poll read all shards. */
  invalidate(): void;
}

const channel = 'ftpd.ban.changed';
/** Lost races of compare-and-set before it is called an outage. */
const maxAttempts = 30;
/** How many shards are read at once. */
const batchLength = 16;

export { channel as changesChannel };

/** The index of the pool's bans: 256 shards under compare-and-set, a counter of changes for each, and one for all. */
export function createPoolIndex(options: PoolIndexOptions): PoolIndex {
  const { cache, codec, replica, learn, now, fullPassMs } = options;
  let knownChanges: string | undefined;
  const knownVersions: (string | undefined)[] = [];
  let lastFullPassMs = -Infinity;
  const writes = new Map<number, Promise<void>>();

  const read = (shard: number, bytes: Uint8Array | undefined): Map<string, BanRecord> => {
    const content = bytes === undefined ? undefined : opened(codec, shardKeys[shard] as Uint8Array, bytes);
    const records = content === undefined ? [] : decodeRecords(content, (id) => shardOf(id) === shard);
    const nowMs = now();
    for (const record of records) if (keptUntilMs(record) + keptSlackMs > nowMs) learn(record);
    return new Map(records.map((record) => [record.id, record]));
  };

  /** Whether the pool's shard lacks something that others have to know. */
  const isBehind = (shard: number, theirs: ReadonlyMap<string, BanRecord>): boolean => {
    const nowMs = now();
    for (const record of replica.ofShard(shard).values()) {
      if (keptUntilMs(record) <= nowMs) continue;
      const their = theirs.get(record.id);
      if (their === undefined || !isSameRecord(mergeRecords(their, record), their)) return true;
    }
    return false;
  };

  const store = async (shard: number, change: () => void): Promise<void> => {
    const key = shardKeys[shard] as Uint8Array;
    let isChanged = false;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await cache.getEntry(key);
      const theirs = read(shard, entry?.value);
      if (!isChanged) change();
      isChanged = true;
      if (!isBehind(shard, theirs)) return;
      const { value, lifetime } = shardValue(shard);
      const isStored =
        entry === undefined
          ? await cache.add(key, value, lifetime)
          : await cache.replace(key, entry.version, value, lifetime);
      if (!isStored) {
        // Many nodes at once: let them not meet again.
        if (attempt > 2) await setTimeout(Math.random() * 5 * attempt, undefined, { ref: false });
        continue;
      }
      const version = await cache.increment(versionKeys[shard] as Uint8Array, 1);
      const changes = await cache.increment(changesKey, 1);
      // Our own change need not be read, unless others came between.
      if (knownVersions[shard] === String(version - 1)) knownVersions[shard] = String(version);
      if (knownChanges === String(changes - 1)) knownChanges = String(changes);
      // A hint only: who misses it polls.
      cache.bus?.publish(channel, Uint8Array.of(shard)).catch(() => {});
      return;
    }
    throw new CacheError('CACHE_UNAVAILABLE', {
      message: 'A shard of the bans is written by too many at once',
    });
  };

  const shardValue = (
    shard: number,
  ): { value: Uint8Array; lifetime: { readonly expiresAtMs?: never } | { readonly expiresAtMs: number } } => {
    let records = [...replica.ofShard(shard).values()].filter(
      (record) => keptUntilMs(record) + keptSlackMs > now(),
    );
    let value = encodeRecords(records);
    const most = Math.min(cache.capabilities.maxValueBytes, 1_000_000) - maxSealBytes;
    while (value.length > most) {
      options.onFull(shard);
      records = records
        .toSorted((one, other) => compareEnds(other, one))
        .slice(0, Math.floor((records.length * most * 0.9) / value.length));
      value = encodeRecords(records);
    }
    const lastMs = Math.max(...records.map(keptUntilMs));
    if (codec !== undefined) value = codec.seal(shardKeys[shard] as Uint8Array, value, now());
    return { value, lifetime: Number.isFinite(lastMs) ? { expiresAtMs: lastMs + 2 * keptSlackMs } : {} };
  };

  /** One write of a shard at a time. */
  const update = async (shard: number, change: () => void): Promise<void> => {
    const before = writes.get(shard) ?? Promise.resolve();
    const own = before.catch(() => {}).then(() => store(shard, change));
    writes.set(shard, own);
    try {
      await own;
    } finally {
      if (writes.get(shard) === own) writes.delete(shard);
    }
  };

  const readShards = async (
    shards: readonly number[],
    versions: readonly (string | undefined)[],
  ): Promise<void> => {
    const behind: number[] = [];
    for (let at = 0; at < shards.length; at += batchLength) {
      const batch = shards.slice(at, at + batchLength);
      const answers = await getAll(
        cache,
        batch.map((shard) => shardKeys[shard] as Uint8Array),
      );
      for (const [index, shard] of batch.entries()) {
        if (isBehind(shard, read(shard, answers[index]))) behind.push(shard);
        knownVersions[shard] = versions[shard];
      }
    }
    for (const shard of behind) await update(shard, () => {});
  };

  return {
    update,
    invalidate() {
      lastFullPassMs = -Infinity;
    },
    async poll() {
      const isFull = now() - lastFullPassMs >= fullPassMs || now() < lastFullPassMs;
      const changes = textOf(await cache.get(changesKey));
      if (!isFull && changes !== undefined && changes === knownChanges) return;
      const versions = (await getAll(cache, versionKeys)).map(textOf);
      const shards = Array.from({ length: shardCount }, (_, shard) => shard).filter(
        (shard) => isFull || changes === undefined || versions[shard] !== knownVersions[shard],
      );
      await readShards(shards, versions);
      knownChanges = changes;
      if (isFull) lastFullPassMs = now();
    },
  };
}

/** @throws {CacheError} if any of the keys could not be asked for */
async function getAll(
  cache: Cache,
  keys: readonly Uint8Array[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const answers = await cache.getMany(keys);
  return answers.map((answer) => {
    if (answer.outcome === 'error') throw answer.error;
    return answer.outcome === 'value' ? answer.value : undefined;
  });
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes.subarray(0, 32)).toString('latin1');
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
