import { StorageError } from './errors.ts';

const pageBytes = 16 * 1024;

/** How much a memory storage holds, counted in pages. */
export class MemoryBudget {
  readonly #maxPages: number;
  #usedPages = 0;

  constructor(maxBytes: number) {
    this.#maxPages = Math.floor(maxBytes / pageBytes);
  }

  get freeBytes(): number {
    return (this.#maxPages - this.#usedPages) * pageBytes;
  }

  takePage(): void {
    if (this.#usedPages >= this.#maxPages) throw new StorageError('STORAGE_FULL');
    this.#usedPages += 1;
  }

  givePages(count: number): void {
    this.#usedPages -= count;
  }
}

/** The bytes of one file: pages that were written, holes between them read as zeros. */
export class MemoryContent {
  readonly #budget: MemoryBudget;
  readonly #pages = new Map<number, Uint8Array>();
  #sizeBytes = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(buffer: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(buffer.byteLength, this.#sizeBytes - position));
    for (let done = 0; done < wanted;) {
      const { page, offset, length } = pagePart(position + done, wanted - done);
      const bytes = this.#pages.get(page);
      if (bytes === undefined) buffer.fill(0, done, done + length);
      else buffer.set(bytes.subarray(offset, offset + length), done);
      done += length;
    }
    return wanted;
  }

  /** Like a disk, a full storage keeps what still found room. @throws {StorageError} STORAGE_FULL */
  write(buffer: Uint8Array, position: number): void {
    for (let done = 0; done < buffer.byteLength;) {
      const { page, offset, length } = pagePart(position + done, buffer.byteLength - done);
      this.#pageForWriting(page).set(buffer.subarray(done, done + length), offset);
      done += length;
      this.#sizeBytes = Math.max(this.#sizeBytes, position + done);
    }
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.#sizeBytes) {
      const before = this.#pages.size;
      for (const page of this.#pages.keys()) if (page * pageBytes >= sizeBytes) this.#pages.delete(page);
      this.#budget.givePages(before - this.#pages.size);
      this.#pages.get(Math.floor(sizeBytes / pageBytes))?.fill(0, sizeBytes % pageBytes);
    }
    this.#sizeBytes = sizeBytes;
  }

  #pageForWriting(page: number): Uint8Array {
    let bytes = this.#pages.get(page);
    if (bytes === undefined) {
      this.#budget.takePage();
      bytes = new Uint8Array(pageBytes);
      this.#pages.set(page, bytes);
    }
    return bytes;
  }
}

function pagePart(position: number, wanted: number): { page: number; offset: number; length: number } {
  const offset = position % pageBytes;
  return { page: Math.floor(position / pageBytes), offset, length: Math.min(wanted, pageBytes - offset) };
}
