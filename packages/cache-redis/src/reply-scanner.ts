/** Why a stream is not one of replies. */
export class ReplyStreamError extends Error {
  override readonly name = 'ReplyStreamError';
}

/** Bulk strings longer than this were not put there by us. */
const MAX_BULK_BYTES = 16 * 1024 * 1024;
const MAX_LINE_BYTES = 65_536;
const MAX_LENGTH_DIGITS = 10;
const MAX_ITEMS = 65_536;
const MAX_DEPTH = 4;

const CR = 0x0d;
const LF = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const ERROR = 0x2d;
const SIMPLE = 0x2b;
const INTEGER = 0x3a;
const BULK = 0x24;
const ARRAY = 0x2a;

type Expected = 'type' | 'line' | 'line-end' | 'bulk' | 'bulk-cr' | 'bulk-lf';

/**
 * Follows a stream of RESP 2 replies and counts those that are complete, so that a stream that is none is noticed before
 * anything is made of it. The client's own decoder takes any byte for a digit and any two bytes for an end of line, and
 * buffers without end.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyScanner {
  /** Complete replies so far. */
  replies = 0;
  #expected: Expected = 'type';
  #type = 0;
  #lineBytes = 0;
  #number = 0;
  #digits = 0;
  #isNegative = false;
  #bulkBytesLeft = 0;
  /** Items still to come, of each array that is open. */
  readonly #open: number[] = [];

  /** @throws {ReplyStreamError} at the first byte that no reply has there. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#expected === 'bulk') {
        const taken = Math.min(this.#bulkBytesLeft, chunk.length - at);
        this.#bulkBytesLeft -= taken;
        at += taken;
        if (this.#bulkBytesLeft === 0) this.#expected = 'bulk-cr';
      } else {
        this.#byte(chunk[at] as number);
        at += 1;
      }
    }
  }

  #byte(byte: number): void {
    if (this.#expected === 'line') {
      if (byte === CR) this.#expected = 'line-end';
      else this.#lineByte(byte);
    } else if (this.#expected === 'type') this.#begin(byte);
    else if (this.#expected === 'line-end') {
      expectByte(byte, LF);
      this.#endLine();
    } else if (this.#expected === 'bulk-cr') {
      expectByte(byte, CR);
      this.#expected = 'bulk-lf';
    } else {
      expectByte(byte, LF);
      this.#endValue();
    }
  }

  #begin(byte: number): void {
    if (byte !== BULK && byte !== SIMPLE && byte !== INTEGER && byte !== ARRAY && byte !== ERROR)
      throw new ReplyStreamError(`no reply begins with the byte ${byte}`);
    this.#type = byte;
    this.#lineBytes = 0;
    this.#number = 0;
    this.#digits = 0;
    this.#isNegative = false;
    this.#expected = 'line';
  }

  #lineByte(byte: number): void {
    this.#lineBytes += 1;
    if (this.#type === SIMPLE || this.#type === ERROR) {
      if (this.#lineBytes > MAX_LINE_BYTES) throw new ReplyStreamError('a line without end');
      if (byte === LF) throw new ReplyStreamError('a line feed inside a line');
    } else if (byte === MINUS && this.#lineBytes === 1) {
      this.#isNegative = true;
    } else {
      if (byte < ZERO || byte > NINE) throw new ReplyStreamError('a number with something else in it');
      this.#digits += 1;
      if (this.#digits > (this.#type === INTEGER ? 19 : MAX_LENGTH_DIGITS))
        throw new ReplyStreamError('a number that is too long');
      this.#number = this.#number * 10 + (byte - ZERO);
    }
  }

  #endLine(): void {
    if (this.#type === SIMPLE || this.#type === ERROR) return this.#endValue();
    if (this.#digits === 0) throw new ReplyStreamError('a number without digits');
    if (this.#type === INTEGER) return this.#endValue();
    if (this.#isNegative) {
      if (this.#number !== 1 || this.#digits !== 1) throw new ReplyStreamError('a negative length');
      return this.#endValue();
    }
    if (this.#type === BULK) this.#beginBulk();
    else this.#beginArray();
  }

  #beginBulk(): void {
    if (this.#number > MAX_BULK_BYTES)
      throw new ReplyStreamError(`a string of ${this.#number} bytes: more than ${MAX_BULK_BYTES}`);
    this.#bulkBytesLeft = this.#number;
    this.#expected = this.#number === 0 ? 'bulk-cr' : 'bulk';
  }

  #beginArray(): void {
    if (this.#number > MAX_ITEMS) throw new ReplyStreamError(`an array of ${this.#number} items`);
    if (this.#number === 0) return this.#endValue();
    if (this.#open.length === MAX_DEPTH) throw new ReplyStreamError('arrays too deep');
    this.#open.push(this.#number);
    this.#expected = 'type';
  }

  #endValue(): void {
    this.#expected = 'type';
    for (let depth = this.#open.length - 1; depth >= 0; depth -= 1) {
      const left = (this.#open[depth] as number) - 1;
      if (left > 0) {
        this.#open[depth] = left;
        return;
      }
      this.#open.pop();
    }
    this.replies += 1;
  }
}

function expectByte(byte: number, wanted: number): void {
  if (byte !== wanted) throw new ReplyStreamError('something after the end of a line or string');
}
