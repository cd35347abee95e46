import { refuseOption, telnet, telnetCommand, type TelnetCommand } from './telnet.ts';

export type LineEvent =
  /** A command line without its line end. Never longer than `maxLineBytes`. */
  | { readonly type: 'line'; readonly bytes: Uint8Array }
  /** The line under way is longer than `maxLineBytes`. Comes once; the rest of the line is skipped. */
  | { readonly type: 'overlong' }
  /** A Telnet command; IP and DM announce an ABOR (RFC 959 §4.1.3). */
  | { readonly type: 'telnet'; readonly command: TelnetCommand }
  /** The peer wants to negotiate; `reply` refuses and is to be sent as it is. */
  | { readonly type: 'negotiation'; readonly reply: Uint8Array };

export interface LineDecoderOptions {
  /** The longest line accepted, without its CRLF, ≥ 1. Default 4100, as ProFTPD. @see ProFTPD CommandBufferSize (3 more) */
  readonly maxLineBytes?: number;
}

const CR = 13;
const LF = 10;
const NUL = 0;
const INITIAL_BYTES = 128;

/**
 * Cuts the byte stream of a control connection into command lines and Telnet commands. Only CRLF ends a line, as in
 * ProFTPD: a lone CR or LF is part of it, CRs right before the end are not, CR NUL is a CR (RFC 854).
 * Memory is bounded by `maxLineBytes`, time is linear, and events do not depend on how the stream is cut into chunks.
 */
export class LineDecoder {
  readonly #maxLineBytes: number;
  #line: Uint8Array = new Uint8Array(0);
  #lengthBytes = 0;
  /** CRs seen that belong to the line only if something else than LF follows. */
  #pendingCrs = 0;
  #isSkipping = false;
  #afterIac = false;
  /** WILL, WONT, DO or DONT whose option is still to come; 0 for none. */
  #negotiation = 0;

  constructor({ maxLineBytes = 4100 }: LineDecoderOptions = {}) {
    if (!Number.isSafeInteger(maxLineBytes) || maxLineBytes < 1) {
      throw new RangeError(`maxLineBytes must be a whole number from 1, not ${maxLineBytes}`);
    }
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes of the stream; the chunk is not kept. */
  push(chunk: Uint8Array): LineEvent[] {
    const events: LineEvent[] = [];
    for (const byte of chunk) {
      if (this.#negotiation !== 0) {
        events.push({ type: 'negotiation', reply: refuseOption(this.#negotiation, byte) });
        this.#negotiation = 0;
      } else if (this.#afterIac) {
        this.#takeAfterIac(byte, events);
      } else if (byte === telnet.IAC) {
        this.#afterIac = true;
      } else {
        this.#take(byte, events);
      }
    }
    return events;
  }

  /** Whether nothing stands behind the last line that was given out. */
  get isBetweenLines(): boolean {
    const isEmpty = this.#lengthBytes === 0 && this.#pendingCrs === 0 && !this.#isSkipping;
    return isEmpty && !this.#afterIac && this.#negotiation === 0;
  }

  /** Forgets everything that was pushed, so that nothing sent in clear is obeyed after `AUTH TLS` (RFC 4217 §13). */
  reset(): void {
    this.#startLine();
    this.#afterIac = false;
    this.#negotiation = 0;
  }

  #takeAfterIac(byte: number, events: LineEvent[]): void {
    this.#afterIac = false;
    if (byte === telnet.IAC) {
      this.#append(telnet.IAC, events);
      return;
    }
    if (byte >= telnet.WILL) {
      this.#negotiation = byte;
      return;
    }
    const command = telnetCommand(byte);
    if (command !== undefined) {
      events.push({ type: 'telnet', command });
      return;
    }
    // Clients that know no Telnet send a Latin-1 ÿ undoubled; ProFTPD keeps it.
    this.#append(telnet.IAC, events);
    this.#take(byte, events);
  }

  #take(byte: number, events: LineEvent[]): void {
    if (byte === CR) {
      this.#pendingCrs += 1;
    } else if (byte === LF && this.#pendingCrs > 0) {
      this.#endLine(events);
    } else if (byte === NUL && this.#pendingCrs > 0) {
      this.#flushCrs(events);
    } else {
      this.#append(byte, events);
    }
  }

  #append(byte: number, events: LineEvent[]): void {
    if (this.#pendingCrs > 0) this.#flushCrs(events);
    this.#store(byte, events);
  }

  #flushCrs(events: LineEvent[]): void {
    // One more than fits is enough to make the line overlong, however many there were.
    const crs = Math.min(this.#pendingCrs, this.#maxLineBytes + 1);
    this.#pendingCrs = 0;
    for (let index = 0; index < crs; index += 1) this.#store(CR, events);
  }

  #store(byte: number, events: LineEvent[]): void {
    if (this.#isSkipping) return;
    if (this.#lengthBytes === this.#maxLineBytes) {
      this.#isSkipping = true;
      this.#release();
      events.push({ type: 'overlong' });
      return;
    }
    if (this.#lengthBytes === this.#line.length) this.#grow();
    this.#line[this.#lengthBytes] = byte;
    this.#lengthBytes += 1;
  }

  #grow(): void {
    const grown = new Uint8Array(
      Math.min(Math.max(this.#line.length * 2, INITIAL_BYTES), this.#maxLineBytes),
    );
    grown.set(this.#line);
    this.#line = grown;
  }

  #endLine(events: LineEvent[]): void {
    if (!this.#isSkipping) events.push({ type: 'line', bytes: this.#line.slice(0, this.#lengthBytes) });
    this.#startLine();
  }

  #startLine(): void {
    this.#isSkipping = false;
    this.#pendingCrs = 0;
    this.#release();
  }

  /** Idle connections are many: one long line must not keep its memory. */
  #release(): void {
    this.#lengthBytes = 0;
    if (this.#line.length > INITIAL_BYTES) this.#line = new Uint8Array(0);
  }
}
