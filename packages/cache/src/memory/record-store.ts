import { BlockArena, blockBytes, blocksFor } from './block-arena.ts';
import { BucketTable } from './bucket-table.ts';
import { createKeyHash } from './key-hash.ts';

/** Words of a record's header. */
const field = { hash: 1, nextInBucket: 2, newer: 3, older: 4, keyLength: 5, valueLength: 6 } as const;
/** Doubles of it. */
const doubleField = { endsAtMs: 4, version: 5 } as const;

/** Two clocks: one that never jumps, for lifetimes, and the calendar's, for absolute times. */
export interface Clock {
  /** Milliseconds, steadily growing, from above 0. */
  steadyMs(): number;
  /** Milliseconds since the epoch. */
  wallMs(): number;
}

/** When a record ends: never (0), on the steady clock (above 0), or on the wall clock (the time, negated). */
export type End = number;

export interface RecordStoreLimits {
  readonly maxBytes: number;
  readonly maxRecords: number;
}

/** Records of key and value, found by key, the least recently used ones making room for new ones. */
export class RecordStore {
  readonly #arena = new BlockArena();
  readonly #table: BucketTable;
  readonly #hash = createKeyHash();
  readonly #clock: Clock;
  readonly #maxBlocks: number;
  readonly #maxRecords: number;
  #newest = 0;
  #oldest = 0;
  #lastVersion = 0;
  #sweptBucket = 0;

  constructor({ maxBytes, maxRecords }: RecordStoreLimits, clock: Clock) {
    const arena = this.#arena;
    this.#clock = clock;
    this.#maxBlocks = Math.floor(maxBytes / blockBytes);
    this.#maxRecords = maxRecords;
    this.#table = new BucketTable({
      hash: (record) => arena.word(record, field.hash),
      next: (record) => arena.word(record, field.nextInBucket),
      setNext: (record, next) => arena.setWord(record, field.nextInBucket, next),
    });
  }

  get records(): number {
    return this.#table.records;
  }

  get bytes(): number {
    return this.#arena.usedBlocks * blockBytes;
  }

  /** @returns a record that has not ended, or 0. It is the most recently used one then. */
  find(key: Uint8Array): number {
    const hash = this.#hash(key);
    const record = this.#lookUp(key, hash);
    if (record === 0) return 0;
    if (this.#hasEnded(record)) {
      this.remove(record);
      return 0;
    }
    if (record !== this.#newest) this.#renew(record);
    return record;
  }

  /** @param from - How many of its first bytes to leave out. */
  value(record: number, from = 0): Uint8Array {
    const keyLength = this.#arena.word(record, field.keyLength);
    const valueLength = this.#arena.word(record, field.valueLength);
    return this.#arena.read(record, keyLength + from, valueLength - from);
  }

  firstByte(record: number): number | undefined {
    return this.#arena.byte(record, this.#arena.word(record, field.keyLength));
  }

  /** A number that no other value of any record ever has. */
  version(record: number): number {
    return this.#arena.double(record, doubleField.version);
  }

  end(record: number): End {
    return this.#arena.double(record, doubleField.endsAtMs);
  }

  setEnd(record: number, end: End): void {
    this.#arena.setDouble(record, doubleField.endsAtMs, end);
  }

  /** Stores, in place of what has this key. @returns false if all the room there is would not do; nothing changes then. */
  put(key: Uint8Array, value: Uint8Array, end: End): boolean {
    const blocks = blocksFor(key.length + value.length);
    if (blocks > this.#maxBlocks) return false;
    const hash = this.#hash(key);
    const old = this.#lookUp(key, hash);
    if (old !== 0) this.remove(old);
    this.#makeRoom(blocks);
    const arena = this.#arena;
    const record = arena.allocate(blocks);
    arena.setWord(record, field.hash, hash);
    arena.setWord(record, field.keyLength, key.length);
    arena.setWord(record, field.valueLength, value.length);
    arena.setDouble(record, doubleField.endsAtMs, end);
    arena.setDouble(record, doubleField.version, ++this.#lastVersion);
    arena.write(record, 0, key);
    arena.write(record, key.length, value);
    this.#table.insert(record);
    this.#link(record);
    return true;
  }

  remove(record: number): void {
    this.#table.remove(record);
    this.#unlink(record);
    this.#arena.free(record);
  }

  /**
   * Looks at some buckets and removes the records that have ended; the next call goes on from there.
   * @returns how many there were.
   */
  sweep(buckets: number): number {
    let removed = 0;
    for (let count = 0; count < buckets; count++) {
      if (this.#sweptBucket >= this.#table.buckets) this.#sweptBucket = 0;
      let record = this.#table.firstOf(this.#sweptBucket++);
      while (record !== 0) {
        const next = this.#arena.word(record, field.nextInBucket);
        if (this.#hasEnded(record)) {
          this.remove(record);
          removed++;
        }
        record = next;
      }
    }
    return removed;
  }

  #lookUp(key: Uint8Array, hash: number): number {
    const arena = this.#arena;
    for (
      let record = this.#table.first(hash);
      record !== 0;
      record = arena.word(record, field.nextInBucket)
    ) {
      if (
        arena.word(record, field.hash) === hash &&
        arena.word(record, field.keyLength) === key.length &&
        arena.startsWith(record, key)
      )
        return record;
    }
    return 0;
  }

  #hasEnded(record: number): boolean {
    const end = this.end(record);
    if (end === 0) return false;
    return end > 0 ? this.#clock.steadyMs() >= end : this.#clock.wallMs() >= -end;
  }

  #makeRoom(blocks: number): void {
    const isFull = (): boolean =>
      this.#arena.usedBlocks + blocks > this.#maxBlocks || this.records >= this.#maxRecords;
    // What has ended goes first, as far as a glance finds it.
    if (isFull()) this.sweep(4);
    while (isFull()) this.remove(this.#oldest);
  }

  /** Makes a record that is linked, and not the newest, the newest. */
  #renew(record: number): void {
    const arena = this.#arena;
    const newer = arena.word(record, field.newer);
    const older = arena.word(record, field.older);
    arena.setWord(newer, field.older, older);
    if (older === 0) this.#oldest = newer;
    else arena.setWord(older, field.newer, newer);
    arena.setWord(record, field.newer, 0);
    arena.setWord(record, field.older, this.#newest);
    arena.setWord(this.#newest, field.newer, record);
    this.#newest = record;
  }

  #link(record: number): void {
    const arena = this.#arena;
    arena.setWord(record, field.newer, 0);
    arena.setWord(record, field.older, this.#newest);
    if (this.#newest === 0) this.#oldest = record;
    else arena.setWord(this.#newest, field.newer, record);
    this.#newest = record;
  }

  #unlink(record: number): void {
    const arena = this.#arena;
    const newer = arena.word(record, field.newer);
    const older = arena.word(record, field.older);
    if (newer === 0) this.#newest = older;
    else arena.setWord(newer, field.older, older);
    if (older === 0) this.#oldest = newer;
    else arena.setWord(older, field.newer, newer);
  }
}
