import { createBufferPool } from './buffer-pool.ts';

/** A block's size, in bytes and in 32-bit words. */
export const blockBytes = 128;
const blockWords = blockBytes / 4;

/** The first block of a chain has a header of this many bytes, which belongs to the owner of the chain. */
const headerBytes = 48;
/** Every block starts with the number of the next one in its chain. */
const linkBytes = 4;

const firstCapacity = blockBytes - headerBytes;
const otherCapacity = blockBytes - linkBytes;

const pageShift = 11;
const blocksPerPage = 1 << pageShift;
const pageBytes = blocksPerPage * blockBytes;

/** Below this many bytes a loop is quicker than a view and a copy. */
const loopBytes = 48;

/** How many blocks a chain with this much data has. */
export function blocksFor(dataBytes: number): number {
  return dataBytes <= firstCapacity ? 1 : 1 + Math.ceil((dataBytes - firstCapacity) / otherCapacity);
}

/**
 * Memory in blocks of one size, which form chains: no fragments, and nothing for the garbage collector to walk, however
 * many chains there are. A million objects instead would stop the event loop for tens of milliseconds, again and again.
 * Blocks are numbered from 1; 0 is no block. Pages are made as they are needed and kept.
 */
export class BlockArena {
  readonly #copies = createBufferPool();
  readonly #words: Int32Array[] = [];
  readonly #doubles: Float64Array[] = [];
  readonly #bytes: Uint8Array[] = [];
  #firstFree = 0;
  #nextFresh = 1;
  #usedBlocks = 0;

  get usedBlocks(): number {
    return this.#usedBlocks;
  }

  /** A word of a chain's header, 1 to 7. */
  word(first: number, field: number): number {
    return this.#words[first >>> pageShift]![(first & (blocksPerPage - 1)) * blockWords + field]!;
  }

  setWord(first: number, field: number, value: number): void {
    this.#words[first >>> pageShift]![(first & (blocksPerPage - 1)) * blockWords + field] = value;
  }

  /** A double of a chain's header, 4 or 5: the words after the seventh. */
  double(first: number, field: number): number {
    return this.#doubles[first >>> pageShift]![((first & (blocksPerPage - 1)) * blockWords) / 2 + field]!;
  }

  setDouble(first: number, field: number, value: number): void {
    this.#doubles[first >>> pageShift]![((first & (blocksPerPage - 1)) * blockWords) / 2 + field] = value;
  }

  /** @returns the first block of a new chain. Its header and data hold whatever was there. */
  allocate(blocks: number): number {
    const first = this.#take();
    let last = first;
    for (let count = 1; count < blocks; count++) {
      const next = this.#take();
      this.setWord(last, 0, next);
      last = next;
    }
    this.setWord(last, 0, 0);
    this.#usedBlocks += blocks;
    return first;
  }

  free(first: number): void {
    let last = first;
    for (this.#usedBlocks--; this.word(last, 0) !== 0; this.#usedBlocks--) last = this.word(last, 0);
    this.setWord(last, 0, this.#firstFree);
    this.#firstFree = first;
  }

  /** Puts bytes into a chain's data. */
  write(first: number, offset: number, source: Uint8Array): void {
    let block = first;
    let start = headerBytes;
    let within = offset;
    for (let done = 0; done < source.length;) {
      if (within >= blockBytes - start) {
        within -= blockBytes - start;
        block = this.word(block, 0);
        start = linkBytes;
        continue;
      }
      const count = Math.min(blockBytes - start - within, source.length - done);
      const bytes = this.#bytes[block >>> pageShift]!;
      const at = (block & (blocksPerPage - 1)) * blockBytes + start + within;
      if (count < loopBytes)
        for (let index = 0; index < count; index++) bytes[at + index] = source[done + index]!;
      else bytes.set(source.subarray(done, done + count), at);
      done += count;
      within += count;
    }
  }

  /** One byte of a chain's data. */
  byte(first: number, offset: number): number | undefined {
    return offset < firstCapacity
      ? this.#bytes[first >>> pageShift]![(first & (blocksPerPage - 1)) * blockBytes + headerBytes + offset]
      : this.read(first, offset, 1)[0];
  }

  /** @returns a copy of a part of a chain's data. */
  read(first: number, offset: number, length: number): Uint8Array {
    const target = this.#copies.allocate(length);
    if (offset + length <= firstCapacity && length < loopBytes) {
      const bytes = this.#bytes[first >>> pageShift]!;
      const at = (first & (blocksPerPage - 1)) * blockBytes + headerBytes + offset;
      for (let index = 0; index < length; index++) target[index] = bytes[at + index]!;
      return target;
    }
    let block = first;
    let start = headerBytes;
    let within = offset;
    for (let done = 0; done < length;) {
      if (within >= blockBytes - start) {
        within -= blockBytes - start;
        block = this.word(block, 0);
        start = linkBytes;
        continue;
      }
      const count = Math.min(blockBytes - start - within, length - done);
      const bytes = this.#bytes[block >>> pageShift]!;
      const at = (block & (blocksPerPage - 1)) * blockBytes + start + within;
      if (count < loopBytes)
        for (let index = 0; index < count; index++) target[done + index] = bytes[at + index]!;
      else target.set(bytes.subarray(at, at + count), done);
      done += count;
      within += count;
    }
    return target;
  }

  /** Whether a chain's data starts with these bytes. */
  startsWith(first: number, prefix: Uint8Array): boolean {
    if (prefix.length <= firstCapacity) {
      const bytes = this.#bytes[first >>> pageShift]!;
      const at = (first & (blocksPerPage - 1)) * blockBytes + headerBytes;
      for (let index = 0; index < prefix.length; index++)
        if (bytes[at + index] !== prefix[index]) return false;
      return true;
    }
    let block = first;
    let start = headerBytes;
    for (let done = 0; done < prefix.length;) {
      const count = Math.min(blockBytes - start, prefix.length - done);
      const bytes = this.#bytes[block >>> pageShift]!;
      const at = (block & (blocksPerPage - 1)) * blockBytes + start;
      for (let index = 0; index < count; index++)
        if (bytes[at + index] !== prefix[done + index]) return false;
      done += count;
      if (done < prefix.length) block = this.word(block, 0);
      start = linkBytes;
    }
    return true;
  }

  #take(): number {
    const free = this.#firstFree;
    if (free !== 0) {
      this.#firstFree = this.word(free, 0);
      return free;
    }
    const fresh = this.#nextFresh++;
    if (fresh >>> pageShift === this.#words.length) {
      const page = new ArrayBuffer(pageBytes);
      this.#words.push(new Int32Array(page));
      this.#doubles.push(new Float64Array(page));
      this.#bytes.push(new Uint8Array(page));
    }
    return fresh;
  }
}
