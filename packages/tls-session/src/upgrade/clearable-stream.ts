import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { beginsRecord, RecordBoundary } from './record-boundary.ts';

type Done = (error?: Error | null) => void;

/** What happens on the way back to clear. */
export interface ClearingEvents {
  /** All of TLS is written, close_notify included. */
  readonly onShut: () => void;
  /** Where a record would begin stands something else, which was not read. */
  readonly onClearBytes: () => void;
}

/**
 * Stands between a TLSSocket and its connection: a TLSSocket that has the connection itself never gives it back, and
 * reads beyond the end of TLS. Every byte goes through unchanged; from `beginClearing` on one record at a time, so that
 * what stands behind the client's close_notify is left on the connection.
 */
export class ClearableStream extends Duplex {
  readonly #raw: Socket;
  readonly #boundary = new RecordBoundary();
  #clearing: ClearingEvents | undefined;
  #isHeld = false;
  #isReleased = false;

  /** @param raw - Paused. It is destroyed with this stream, unless it was released. */
  constructor(raw: Socket) {
    super({ allowHalfOpen: raw.allowHalfOpen });
    this.#raw = raw;
    // Between two owners nobody else listens.
    raw.on('error', () => {});
    raw.on('data', this.#take);
    raw.on('end', this.#takeEnd);
    raw.on('error', this.#fail);
    raw.on('close', this.#close);
    raw.pause();
  }

  readonly #takeEnd = (): void => void this.push(null);
  readonly #fail = (error: Error): void => void this.destroy(error);
  readonly #close = (): void => void this.destroy();

  readonly #take = (chunk: Buffer): void => {
    if (this.#clearing) return this.#takeRecord(chunk, this.#clearing);
    for (let used = 0; used < chunk.length;) used += this.#boundary.step(chunk.subarray(used));
    if (!this.push(chunk)) this.#raw.pause();
  };

  #takeRecord(chunk: Buffer, { onClearBytes }: ClearingEvents): void {
    const raw = this.#raw;
    // What is put back keeps the end of input from coming before it was looked at.
    raw.pause();
    this.#isHeld = true;
    if (this.#boundary.isBetween && !beginsRecord(chunk[0]!)) {
      raw.unshift(chunk);
      return onClearBytes();
    }
    const used = this.#boundary.step(chunk);
    if (used < chunk.length) raw.unshift(chunk.subarray(used));
    this.push(chunk.subarray(0, used));
    // Was it close_notify, then 'end' has come until then.
    setImmediate(() => {
      this.#isHeld = false;
      if (!this.#isReleased) raw.resume();
    });
  }

  /** Whoever calls this ends the TLSSocket then. */
  beginClearing(events: ClearingEvents): void {
    this.#clearing = events;
  }

  /** Lets go of the connection. @returns it, paused, with all that was not read for TLS. */
  release(): Socket {
    const raw = this.#raw;
    this.#isReleased = true;
    raw.pause();
    raw.off('data', this.#take);
    raw.off('end', this.#takeEnd);
    raw.off('error', this.#fail);
    raw.off('close', this.#close);
    return raw;
  }

  override _read(): void {
    if (!this.#isHeld && !this.#isReleased) this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#raw.write(chunk, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    const last = chunks.length - 1;
    this.#raw.cork();
    for (const [index, { chunk }] of chunks.entries()) {
      if (index === last) this.#raw.write(chunk, done);
      else this.#raw.write(chunk);
    }
    this.#raw.uncork();
  }

  override _final(done: Done): void {
    if (this.#clearing) {
      done();
      this.#clearing.onShut();
    } else this.#raw.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#isReleased) this.#raw.destroy();
    done(error);
  }
}
