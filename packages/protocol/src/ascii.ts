const LF = 10;
const CR = 13;

/**
 * Turns the server's LF into the CRLF of TYPE A, chunk by chunk. An LF that follows a CR stays as it is, and so does a
 * lone CR: what is sent is what ProFTPD sends.
 */
export class AsciiEncoder {
  #endsInCr = false;

  /**
   * Writes the converted source to the start of the target.
   * @param target - At least twice as long as the source.
   * @returns how many bytes were written.
   * @throws {RangeError} when the target is too small.
   */
  encode(source: Uint8Array, target: Uint8Array): number {
    requireRoom(target, source.length * 2);
    let from = 0;
    let written = 0;
    for (let at = source.indexOf(LF); at !== -1; at = source.indexOf(LF, from)) {
      const isAfterCr = at === 0 ? this.#endsInCr : source[at - 1] === CR;
      written += copy(source, from, at, target, written);
      if (!isAfterCr) {
        target[written] = CR;
        written += 1;
      }
      target[written] = LF;
      written += 1;
      from = at + 1;
    }
    if (source.length > 0) this.#endsInCr = source[source.length - 1] === CR;
    return written + copy(source, from, source.length, target, written);
  }
}

/**
 * Turns the CRLF of TYPE A into the server's LF, chunk by chunk. A CR before anything else stays.
 * `flush` has to follow the last chunk.
 */
export class AsciiDecoder {
  /** A CR at the end of a chunk, kept back until it is known what follows. */
  #holdsCr = false;

  /**
   * Writes the converted source to the start of the target.
   * @param target - At least one byte longer than the source.
   * @returns how many bytes were written.
   * @throws {RangeError} when the target is too small.
   */
  decode(source: Uint8Array, target: Uint8Array): number {
    if (source.length === 0) return 0;
    requireRoom(target, source.length + 1);
    let written = 0;
    if (this.#holdsCr && source[0] !== LF) {
      target[0] = CR;
      written = 1;
    }
    this.#holdsCr = source[source.length - 1] === CR;
    const end = this.#holdsCr ? source.length - 1 : source.length;
    let from = 0;
    for (let at = source.indexOf(CR); at !== -1 && at < end; at = source.indexOf(CR, at + 1)) {
      if (source[at + 1] !== LF) continue;
      written += copy(source, from, at, target, written);
      from = at + 1;
    }
    return written + copy(source, from, end, target, written);
  }

  /** Writes what was kept back, at the end of the transfer. @returns how many bytes were written: 0 or 1. */
  flush(target: Uint8Array): number {
    if (!this.#holdsCr) return 0;
    requireRoom(target, 1);
    this.#holdsCr = false;
    target[0] = CR;
    return 1;
  }
}

/** Copies source[from, end) to target[at…]. Short runs are copied byte by byte: a view costs more than they do. */
function copy(source: Uint8Array, from: number, end: number, target: Uint8Array, at: number): number {
  const length = end - from;
  if (length > 64) {
    target.set(source.subarray(from, end), at);
  } else {
    for (let index = 0; index < length; index += 1) target[at + index] = source[from + index] ?? 0;
  }
  return length;
}

function requireRoom(target: Uint8Array, neededBytes: number): void {
  if (target.length < neededBytes)
    throw new RangeError(`the target needs ${neededBytes} bytes and has ${target.length}`);
}
