const pageShift = 12;
const bucketsPerPage = 1 << pageShift;

/** Where a table finds the hash and the next record of a bucket; records are numbered from 1, 0 is none. */
export interface BucketLinks {
  hash(record: number): number;
  next(record: number): number;
  setNext(record: number, next: number): void;
}

/**
 * A hash table that grows by one bucket at a time (linear hashing): no insertion ever waits for all to be moved. It does
 * not shrink.
 */
export class BucketTable {
  readonly #links: BucketLinks;
  readonly #pages: Int32Array[] = [new Int32Array(bucketsPerPage)];
  /** The number of buckets is at least `#mask + 1`, and what is above is the number of those that were split. */
  #mask = 63;
  #split = 0;
  #records = 0;

  constructor(links: BucketLinks) {
    this.#links = links;
  }

  get records(): number {
    return this.#records;
  }

  get buckets(): number {
    return this.#mask + 1 + this.#split;
  }

  /** @returns the first record of the bucket that a hash falls into, or 0. */
  first(hash: number): number {
    return this.firstOf(this.#bucketOf(hash));
  }

  firstOf(bucket: number): number {
    return this.#pages[bucket >>> pageShift]![bucket & (bucketsPerPage - 1)]!;
  }

  insert(record: number): void {
    this.#push(this.#bucketOf(this.#links.hash(record)), record);
    this.#records++;
    if (this.#records > this.buckets) this.#grow();
  }

  remove(record: number): void {
    const bucket = this.#bucketOf(this.#links.hash(record));
    const next = this.#links.next(record);
    let before = this.firstOf(bucket);
    if (before === record) this.#setFirst(bucket, next);
    else {
      while (this.#links.next(before) !== record) before = this.#links.next(before);
      this.#links.setNext(before, next);
    }
    this.#records--;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & this.#mask;
    return bucket < this.#split ? hash & (this.#mask * 2 + 1) : bucket;
  }

  #push(bucket: number, record: number): void {
    this.#links.setNext(record, this.firstOf(bucket));
    this.#setFirst(bucket, record);
  }

  #setFirst(bucket: number, record: number): void {
    this.#pages[bucket >>> pageShift]![bucket & (bucketsPerPage - 1)] = record;
  }

  #grow(): void {
    const bucket = this.#split;
    if (this.buckets >>> pageShift === this.#pages.length) this.#pages.push(new Int32Array(bucketsPerPage));
    let record = this.firstOf(bucket);
    this.#setFirst(bucket, 0);
    this.#split++;
    while (record !== 0) {
      const next = this.#links.next(record);
      this.#push(this.#bucketOf(this.#links.hash(record)), record);
      record = next;
    }
    if (this.#split > this.#mask) {
      this.#mask = this.#mask * 2 + 1;
      this.#split = 0;
    }
  }
}
