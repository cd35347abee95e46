import { isCacheError, type CacheAnswer } from '@ftpd/cache';
import { countOwn } from './own-counter.ts';
import { shardCount, shardKeys, versionKeys, changesKey } from './shard.ts';
import { createShardStore, type ShardStoreOptions } from './shard-store.ts';

export interface PoolIndex {
  /**
   * Reads what has changed, and some shards that don't seem to have. Shards that lack what is known here are written.
   * @returns what kept a part of the cache from answering; undefined: all answered.
   * @throws when nothing answered
   */
  poll(): Promise<unknown>;
  /**
   * Changes a shard; see ShardStore.
   * @throws {CacheError} when the cache can't be asked; the change was made here if it was called.
   */
  update(shard: number, change: () => void): Promise<void>;
  /** Lets the next poll read a shard, or all. */
  invalidate(shard?: number): void;
}

const channel = 'ftpd.ban.changed';
/** How many shards are read at once. */
const batchLength = 16;
/** How many shards each poll reads though nothing says that they have changed: stores forget without telling. */
const rollingLength = 4;
/** Counters go up by more than 1: one that was lost and counts anew never comes to a value that it had. */
const maxStep = 65_536;

export { channel as changesChannel };

/** The index of the pool's bans: 256 shards, a counter of changes for each, and one for all. */
export function createPoolIndex(options: Omit<ShardStoreOptions, 'onStored'>): PoolIndex {
  const { cache } = options;
  let knownChanges: string | undefined;
  const knownVersions: (string | undefined)[] = [];
  /** To be read whatever the counters say. */
  const pending = new Set<number>(allShards);
  /** Written, and not all was told. */
  const untold = new Set<number>();
  let isWhole = false;
  let rolledTo = 0;

  const announce = async (shard: number): Promise<void> => {
    const step = 1 + Math.floor(Math.random() * maxStep);
    untold.add(shard);
    // In this order: who sees the second has to find the first. One may be away, and the other not.
    const version = await outcomeOf(countOwn(cache, versionKeys[shard] as Uint8Array, step));
    const changes = await outcomeOf(countOwn(cache, changesKey, step));
    // A hint only: who misses it polls.
    cache.bus?.publish(channel, Uint8Array.of(shard)).catch(() => {});
    // Our own change need not be read, unless others came between.
    if (version.value !== undefined && Number(knownVersions[shard] ?? 0) === version.value - step)
      knownVersions[shard] = String(version.value);
    if (changes.value !== undefined && Number(knownChanges ?? 0) === changes.value - step)
      knownChanges = String(changes.value);
    if (version.value === undefined) throw version.error;
    if (changes.value === undefined) throw changes.error;
    untold.delete(shard);
  };

  const shards = createShardStore({
    ...options,
    // It is in the pool. Who can't read the counters, either, reads the shard; the others are told later.
    onStored: async (shard) => void (await outcomeOf(announce(shard))),
  });

  const update = async (shard: number, change: () => void): Promise<void> => {
    try {
      await shards.update(shard, change);
    } catch (error) {
      // It may have been stored all the same.
      pending.add(shard);
      untold.add(shard);
      throw error;
    }
  };

  const rolling = (): number[] => {
    const next = Array.from({ length: rollingLength }, (_, at) => (rolledTo + at) % shardCount);
    rolledTo = (rolledTo + rollingLength) % shardCount;
    return next;
  };

  return {
    update,
    invalidate(one) {
      if (one !== undefined) {
        pending.add(one);
        return;
      }
      for (const shard of allShards) pending.add(shard);
      isWhole = false;
    },
    async poll() {
      const faults = new Faults();
      const ask = async (keys: readonly Uint8Array[]): Promise<readonly CacheAnswer[]> =>
        faults.note(await cache.getMany(keys));
      const behind: number[] = [];
      const read = (shard: number, answer: CacheAnswer | undefined): void => {
        if (answer === undefined) return;
        if (answer.outcome === 'error') {
          pending.add(shard);
          // What is no value of ours is put right by a write.
          if (isDamage(answer.error)) behind.push(shard);
          return;
        }
        pending.delete(shard);
        if (shards.take(shard, answer.outcome === 'value' ? answer.value : undefined)) behind.push(shard);
      };

      const looked = isWhole ? rolling() : [];
      // While some don't answer, one question for all tells who does.
      const first = await ask([
        changesKey,
        ...(isWhole ? looked.map((shard) => shardKeys[shard] as Uint8Array) : versionKeys),
      ]);
      isWhole = false;
      if (faults.answered === 0) throw faults.error ?? faults.damage;
      for (const [at, shard] of looked.entries()) read(shard, first[at + 1]);
      const changes = textOf(first[0]);
      const isLost = first[0]?.outcome === 'miss' && knownChanges !== undefined;
      if (looked.length === 0 || changes !== knownChanges) {
        const versions = looked.length === 0 ? first.slice(1) : await ask(versionKeys);
        for (const shard of allShards) {
          const version = textOf(versions[shard]);
          // Without the counter of all changes the whole cache may be another.
          if (versions[shard]?.outcome !== 'error' && version === knownVersions[shard] && !isLost) continue;
          pending.add(shard);
          knownVersions[shard] = version;
        }
        // What was missed stays pending.
        knownChanges = changes;
      }
      const asked = [...pending];
      for (let at = 0; at < asked.length; at += batchLength) {
        const batch = asked.slice(at, at + batchLength);
        const answers = await ask(batch.map((shard) => shardKeys[shard] as Uint8Array));
        for (const [index, shard] of batch.entries()) read(shard, answers[index]);
      }
      const writes = [
        ...behind.map((shard) => () => update(shard, () => {})),
        ...[...untold].map((shard) => () => announce(shard)),
      ];
      for (let at = 0; at < writes.length; at += batchLength)
        for (const { error } of await Promise.all(
          writes.slice(at, at + batchLength).map((write) => outcomeOf(write())),
        ))
          faults.error ??= error;
      isWhole = faults.error === undefined;
      return faults.error;
    },
  };
}

const allShards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** How much of the cache has answered in a poll. */
class Faults {
  answered = 0;
  error: unknown;
  damage: unknown;

  note(answers: readonly CacheAnswer[]): readonly CacheAnswer[] {
    for (const answer of answers)
      if (answer.outcome !== 'error') this.answered += 1;
      else if (isDamage(answer.error)) this.damage ??= answer.error;
      else this.error ??= answer.error;
    return answers;
  }
}

/** Something lies there that no driver would have written. */
function isDamage(error: unknown): boolean {
  return isCacheError(error, 'CACHE_PROTOCOL', 'CACHE_REFUSED');
}

async function outcomeOf<Value>(
  call: Promise<Value>,
): Promise<{ readonly value?: Value; readonly error?: unknown }> {
  try {
    return { value: await call };
  } catch (error) {
    return { error };
  }
}

function textOf(answer: CacheAnswer | undefined): string | undefined {
  if (answer?.outcome !== 'value') return undefined;
  const { value } = answer;
  return Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, 32)).toString('latin1');
}
