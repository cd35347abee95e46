import { CacheError, type CacheErrorCode } from '@ftpd/cache';
import type { Socket } from 'node:net';
import { FrameDecoder, ProtocolError, type Frame } from './frame-decoder.ts';
import { Outbox, type SendingCall } from './outbox.ts';
import { isSilent, nextLookMs, type Patience } from './patience.ts';

/** A request that waits for its answer. Exactly one of its two functions is called, once. */
export interface Waiter extends Patience {
  readonly opcode: number;
  /** Absent: of a request that nobody can give up. */
  readonly call?: SendingCall;
  /**
   * @returns false if more answers are to come.
   * @throws {ProtocolError} if the answer is none to this request: the connection is dropped. Whatever else it throws is
   * what `fail` gets.
   */
  answer(frame: Frame): boolean | void;
  fail(error: CacheError): void;
}

/** Requests that wait at once, before more are refused. */
const MAX_WAITERS = 100_000;

const PROGRESS_BYTES = 4096;

/** Why a connection ended. */
export interface ConnectionEnd {
  readonly code: CacheErrorCode;
  /** What happened, for the log. */
  readonly reason: string;
  readonly cause?: unknown;
  /** Nothing was heard: to connect again at once would be to wait again. */
  readonly isSilence?: true;
}

export interface ConnectionOptions {
  /** The server's, for errors. */
  readonly name: string;
  /** Called once, when nothing can be asked any more, and before all that wait fail. */
  onEnd(end: ConnectionEnd): void;
}

/** The life of one socket: requests out, answers in, matched by their number. It is never used again after its end. */
export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #decoder = new FrameDecoder();
  readonly #waiters = new Map<number, Waiter>();
  readonly #outbox: Outbox;
  #lastProgressAtMs = 0;
  #bytesSinceProgress = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;
  #isEnded = false;

  /** @param socket - Connecting or connected. */
  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#outbox = new Outbox(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#noteProgress());
    socket.on('error', (cause: Error) =>
      this.end({ code: 'CACHE_UNAVAILABLE', reason: cause.message, cause }),
    );
    socket.on('close', () => this.end({ code: 'CACHE_UNAVAILABLE', reason: 'it closed the connection' }));
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** From here on requests are sent; until then only those of `greet` are. */
  open(): void {
    this.#outbox.open();
    const nowMs = performance.now();
    for (const waiter of this.#waiters.values()) this.#expect(waiter, nowMs);
  }

  /**
   * @param opaque - A number that no request under way has.
   * @param waiter - Absent: a request whose answer, if any, does not matter.
   */
  send(opaque: number, bytes: Buffer, call: SendingCall, waiter: Waiter | undefined): void {
    if (this.#waiters.size >= MAX_WAITERS || !this.#outbox.hasRoom(bytes.length)) {
      waiter?.fail(
        new CacheError('CACHE_UNAVAILABLE', {
          message: `memcached ${this.#options.name}: too many requests wait already`,
        }),
      );
      return;
    }
    this.#outbox.add(bytes, call, waiter === undefined ? undefined : () => this.#withdraw(opaque));
    if (waiter !== undefined) this.#wait(opaque, waiter);
  }

  /** A request of the greeting, which goes out before all others. */
  greet(opaque: number, bytes: Buffer, waiter: Waiter): void {
    this.#wait(opaque, waiter);
    this.#socket.write(bytes);
  }

  /** Waits no longer for a quiet request. @returns whether it was waited for. */
  forget(opaque: number): boolean {
    return this.#waiters.delete(opaque);
  }

  /** Drops the socket. All that wait fail with what is given. */
  end(end: ConnectionEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#outbox.close();
    this.#socket.destroy();
    const waiters = [...this.#waiters.values()];
    this.#waiters.clear();
    this.#options.onEnd(end);
    const { code, reason, cause } = end;
    for (const waiter of waiters)
      waiter.fail(new CacheError(code, { message: `memcached ${this.#options.name}: ${reason}`, cause }));
  }

  #wait(opaque: number, waiter: Waiter): void {
    this.#waiters.set(opaque, waiter);
    if (this.#outbox.isOpen) this.#expect(waiter, performance.now());
  }

  #expect(waiter: Waiter, nowMs: number): void {
    waiter.sentAtMs = nowMs;
    this.#lookAt(nowMs + waiter.patienceMs, nowMs);
  }

  #withdraw(opaque: number): void {
    const waiter = this.#waiters.get(opaque);
    this.#waiters.delete(opaque);
    waiter?.fail(new CacheError('CACHE_TIMEOUT'));
  }

  #receive(chunk: Buffer): void {
    try {
      this.#decoder.push(chunk, (frame) => this.#take(frame));
      this.#noteBytes(chunk.length);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.end({ code: 'CACHE_PROTOCOL', reason: error.message });
    }
  }

  #take(frame: Frame): void {
    const { opaque, opcode } = frame.header;
    const waiter = this.#waiters.get(opaque);
    // Given up, or quiet, or never asked: nobody may get it. One that is asked still waits if its answer is a bad one.
    if (waiter === undefined || this.#isEnded) return;
    if (opcode !== waiter.opcode) throw new ProtocolError('an answer to another command');
    this.#noteProgress();
    let isLast = true;
    try {
      isLast = waiter.answer(frame) !== false;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      waiter.fail(error as CacheError);
    }
    if (isLast) this.#waiters.delete(opaque);
  }

  /** A large answer that is on its way is work, unless it comes drop by drop. */
  #noteBytes(count: number): void {
    this.#bytesSinceProgress += count;
    if (this.#bytesSinceProgress >= PROGRESS_BYTES) this.#noteProgress();
  }

  #noteProgress(): void {
    this.#lastProgressAtMs = performance.now();
    this.#bytesSinceProgress = 0;
  }

  #lookAt(atMs: number, nowMs: number): void {
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(
      () => {
        // After a stall of our own, answers may lie in the socket: they are read before the next immediate.
        setImmediate(() => this.#look());
      },
      Math.ceil(atMs - nowMs),
    ).unref();
  }

  /** A server that works, and has not answered these, may never do so: nobody waits for them any more. */
  #forgetGivenUp(nowMs: number): void {
    for (const [opaque, { call, sentAtMs, patienceMs }] of this.#waiters) {
      const isGivenUp = call?.isOver === true && nowMs - sentAtMs >= patienceMs;
      if (isGivenUp && this.#lastProgressAtMs > sentAtMs) this.#withdraw(opaque);
    }
  }

  #look(): void {
    if (this.#isEnded) return;
    this.#timerAtMs = Infinity;
    const nowMs = performance.now();
    this.#forgetGivenUp(nowMs);
    if (this.#waiters.size === 0) return;
    const waiters = [...this.#waiters.values()];
    if (waiters.some((waiter) => isSilent(waiter, this.#lastProgressAtMs, nowMs)))
      this.end({ code: 'CACHE_UNAVAILABLE', reason: 'it does not answer', isSilence: true });
    else this.#lookAt(nextLookMs(waiters, this.#lastProgressAtMs), nowMs);
  }
}
