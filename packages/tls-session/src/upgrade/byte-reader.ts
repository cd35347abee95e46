const nothing = new Uint8Array(0);

/** Reads numbers and vectors as TLS writes them (RFC 8446 §3). What is not there reads as nothing and breaks the reader. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether more was asked for than there was. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether all was read; a broken reader is at its end too. */
  get isAtEnd(): boolean {
    return this.#isBroken || this.#offset >= this.#bytes.length;
  }

  bytes(count: number): Uint8Array {
    const end = this.#offset + count;
    if (this.#isBroken || end > this.#bytes.length) {
      this.#isBroken = true;
      return nothing;
    }
    const read = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return read;
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#offset);
  }

  uint8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  uint16(): number {
    const [high = 0, low = 0] = this.bytes(2);
    return (high << 8) | low;
  }

  /** Bytes behind their length in one byte. */
  vector8(): Uint8Array {
    return this.bytes(this.uint8());
  }

  /** Bytes behind their length in two bytes. */
  vector16(): Uint8Array {
    return this.bytes(this.uint16());
  }
}
