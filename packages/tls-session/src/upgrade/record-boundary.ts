const headerLength = 5;
const firstType = 20;
const lastType = 23;

/** Whether a byte may begin a TLS record (RFC 8446 §5.1). Those of a text protocol, and of Telnet, may not. */
export function beginsRecord(byte: number): boolean {
  return byte >= firstType && byte <= lastType;
}

/** Knows where in a stream of TLS records one is; keeps none of it. */
export class RecordBoundary {
  #headerBytes = 0;
  /** Of the body; while the header is read: its length as far as it is known. */
  #left = 0;

  /** Whether the next byte is the first of a record. */
  get isBetween(): boolean {
    return this.#headerBytes === 0;
  }

  /** Goes on to the end of the record at hand, or of the chunk. @returns how many bytes of the chunk that were. */
  step(chunk: Uint8Array): number {
    let used = 0;
    while (this.#headerBytes < headerLength) {
      if (used === chunk.length) return used;
      const byte = chunk[used++]!;
      if (++this.#headerBytes > 3) this.#left = (this.#left << 8) | byte;
    }
    const taken = Math.min(this.#left, chunk.length - used);
    this.#left -= taken;
    if (this.#left === 0) this.#headerBytes = 0;
    return used + taken;
  }
}
