import {
  endOf,
  isInForce,
  isSameRecord,
  keptUntilMs,
  mergeRecords,
  type BanRecord,
} from '../record/ban-record.ts';
import type { Prefix } from '../subject/prefix.ts';
import { PrefixTable } from '../subject/prefix-table.ts';
import { subjectOfId, type CanonicalSubject } from '../subject/subject.ts';
import { shardCount, shardOf } from './shard.ts';

/** How much longer than needed a record is kept: clocks of a pool differ. */
export const keptSlackMs = 15_000;

/** All that this node knows of the pool's bans, in memory. */
export class BanReplica {
  readonly #maxRecords: number;
  /** Changes with every change of what `find` may say. */
  revision = 0;
  readonly #records = new Map<string, BanRecord>();
  #sweptMs = Infinity;
  readonly #shards: readonly Map<string, BanRecord>[] = Array.from({ length: shardCount }, () => new Map());
  /** By their scopes: networks with a ban that was in force when it came. */
  readonly #networks = new Map<string, PrefixTable<BanRecord>>();

  /** @param maxRecords - Beyond it the ones that end first are forgotten, so that no flood fills the memory. */
  constructor(maxRecords = 1_000_000) {
    this.#maxRecords = maxRecords;
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): BanRecord | undefined {
    return this.#records.get(id);
  }

  values(): Iterable<BanRecord> {
    return this.#records.values();
  }

  ofShard(shard: number): ReadonlyMap<string, BanRecord> {
    return this.#shards[shard] ?? new Map();
  }

  /** @returns what is known now if the record told something new. */
  merge(record: BanRecord): BanRecord | undefined {
    const known = this.#records.get(record.id);
    const merged = known === undefined ? record : mergeRecords(known, record);
    if (known !== undefined && isSameRecord(known, merged)) return undefined;
    if (known === undefined && this.#records.size >= this.#maxRecords) this.#forgetOne();
    this.revision += 1;
    this.#records.set(record.id, merged);
    this.#shards[shardOf(record.id)]?.set(record.id, merged);
    const network = networkOf(record.id);
    if (network !== undefined) {
      if (merged.isLifted) this.#networksOf(network).delete(network.prefix);
      else this.#networksOf(network).set(network.prefix, merged);
    }
    return merged;
  }

  /** The ban of a subject that is in force, by its own name or by the longest network around it. */
  find(subject: CanonicalSubject, nowMs: number): BanRecord | undefined {
    const own = this.#records.get(subject.id);
    if (own !== undefined && isInForce(own, nowMs)) return own;
    const networks = subject.address === undefined ? undefined : this.#networks.get(subject.scope ?? '');
    if (subject.address === undefined || networks === undefined || networks.size === 0) return undefined;
    for (;;) {
      const around = networks.find(subject.address);
      if (around === undefined || isInForce(around, nowMs)) return around;
      // A longer network's ban has ended; a shorter one's may not have.
      const network = networkOf(around.id);
      if (network === undefined) return undefined;
      networks.delete(network.prefix);
    }
  }

  /**
   * Forgets what no longer has to be known.
   * @param onExpired - Told of bans that have ended since the last sweep.
   */
  sweep(nowMs: number, onExpired?: (record: BanRecord) => void): void {
    for (const record of this.#records.values()) {
      if (onExpired !== undefined && endOf(record) > this.#sweptMs && hasEnded(record, nowMs))
        onExpired(record);
      if (keptUntilMs(record) + keptSlackMs <= nowMs) this.#forget(record.id);
    }
    this.#sweptMs = nowMs;
  }

  /** Of the oldest the one that ends first: to look at all would take too long. */
  #forgetOne(): void {
    let first: BanRecord | undefined;
    let looked = 0;
    for (const record of this.#records.values()) {
      if (first === undefined || keptUntilMs(record) < keptUntilMs(first)) first = record;
      looked += 1;
      if (looked === 64) break;
    }
    if (first !== undefined) this.#forget(first.id);
  }

  #forget(id: string): void {
    this.revision += 1;
    this.#records.delete(id);
    this.#shards[shardOf(id)]?.delete(id);
    const network = networkOf(id);
    if (network !== undefined) this.#networksOf(network).delete(network.prefix);
  }

  #networksOf({ scope }: ScopedNetwork): PrefixTable<BanRecord> {
    let networks = this.#networks.get(scope);
    if (networks === undefined) this.#networks.set(scope, (networks = new PrefixTable<BanRecord>()));
    return networks;
  }
}

function hasEnded(record: BanRecord, nowMs: number): boolean {
  return !record.isLifted && endOf(record) <= nowMs;
}

interface ScopedNetwork {
  readonly prefix: Prefix;
  /** Empty: for all. */
  readonly scope: string;
}

/** The network of a subject that is one. Most are none, and reading an id takes a while. */
function networkOf(id: string): ScopedNetwork | undefined {
  if (!id.includes('/') || (!id.startsWith('host:') && !id.startsWith('host['))) return undefined;
  const subject = subjectOfId(id);
  return subject?.network === undefined ? undefined : { prefix: subject.network, scope: subject.scope ?? '' };
}
