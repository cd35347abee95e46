import { CacheError, type CacheLog } from '@ftpd/cache';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { createBackOff, type BackOff } from './back-off.ts';
import { Connection, type ConnectionEnd, type Waiter } from './connection.ts';
import { dial } from './dial.ts';
import type { Frame } from './frame-decoder.ts';
import { greet, type Credentials } from './greeting.ts';
import type { SendingCall } from './outbox.ts';
import { patienceOf } from './patience.ts';
import { describeServer, type MemcacheServer } from './server-name.ts';
import { encodeRequest, type Request } from './wire.ts';

export interface ServerLinkOptions {
  readonly tls: TlsOptions | undefined;
  readonly credentials: Credentials | undefined;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  /** In a row, after which the server counts as down. */
  readonly connectFailures: number;
  readonly retryMs: number | undefined;
  readonly log: CacheLog;
}

const OPAQUES = 2 ** 32;

/**
 * One memcached and the way to it: connects when first asked, and again when a connection ends. While the server is down
 * every request fails at once, and the next attempts are made in the background, so that its silence is waited for once.
 */
export class ServerLink {
  readonly name: string;
  readonly #server: MemcacheServer;
  readonly #options: ServerLinkOptions;
  readonly #backOff: BackOff;
  #connection: Connection | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #opaque = 0;
  #epoch = 0;
  #upSinceMs: number | undefined;
  #downSinceMs: number | undefined;
  #downBy: ConnectionEnd | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(server: MemcacheServer, options: ServerLinkOptions) {
    this.name = describeServer(server);
    this.#server = server;
    this.#options = options;
    this.#backOff = createBackOff(options.retryMs);
  }

  /** Whether requests fail at once. A server that nobody has asked yet is not down. */
  get isDown(): boolean {
    return this.#downBy !== undefined;
  }

  /** Whether a request would be sent, now or as soon as there is a connection. */
  get isUsable(): boolean {
    return this.#downBy === undefined && !this.#isClosed;
  }

  /** Another number for each connection: between two of them the server may have lost all it had. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Sends a request and reads its answer.
   * @param read - Makes the answer's value; copies what it keeps. What it throws is the caller's; a ProtocolError is also
   * the connection's end.
   * @throws {CacheError} CACHE_UNAVAILABLE, CACHE_REFUSED, CACHE_CLOSED at once
   */
  ask<T>(request: Request, call: SendingCall, read: (frame: Frame) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.post(request, call, {
        answer: (frame) => resolve(read(frame)),
        fail: reject,
      });
    });
  }

  /**
   * Sends a request and hands each answer over as it comes.
   * @param waiter - Absent: nobody minds the answer.
   * @returns the request's number.
   */
  post(request: Request, call: SendingCall, waiter?: Pick<Waiter, 'answer' | 'fail'>): number {
    const connection = this.#usable();
    const opaque = this.#nextOpaque();
    const bytes = encodeRequest(request, opaque);
    const nowMs = performance.now();
    connection.send(
      opaque,
      bytes,
      call,
      waiter && {
        opcode: request.opcode,
        call,
        sentAtMs: nowMs,
        patienceMs: patienceOf(call, nowMs, this.#options.answerTimeoutMs, bytes.length),
        answer: waiter.answer,
        fail: waiter.fail,
      },
    );
    return opaque;
  }

  /** Waits no longer for a quiet request. @returns whether it was waited for. */
  forget(opaque: number): boolean {
    return this.#connection?.forget(opaque) ?? false;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#connection?.end({ code: 'CACHE_CLOSED', reason: 'the cache was closed' });
  }

  #usable(): Connection {
    if (this.#isClosed) throw new CacheError('CACHE_CLOSED');
    if (this.#downBy !== undefined) {
      const { code, reason, cause } = this.#downBy;
      throw new CacheError(code === 'CACHE_REFUSED' ? code : 'CACHE_UNAVAILABLE', {
        message: `memcached ${this.name} is down: ${reason}`,
        cause,
      });
    }
    return this.#connection ?? this.#connect();
  }

  #connect(): Connection {
    const { tls, connectTimeoutMs } = this.#options;
    const socket = dial(this.#server, tls, () => {
      greet(
        connection,
        this.#options.credentials,
        () => this.#nextOpaque(),
        () => this.#up(connection),
      );
    });
    const connection = new Connection(socket, { name: this.name, onEnd: (end) => this.#ended(end) });
    this.#connection = connection;
    this.#connectTimer = setTimeout(
      () =>
        connection.end({
          code: 'CACHE_UNAVAILABLE',
          reason: `no connection within ${connectTimeoutMs} ms`,
          isSilence: true,
        }),
      connectTimeoutMs,
    ).unref();
    return connection;
  }

  #up(connection: Connection): void {
    clearTimeout(this.#connectTimer);
    const nowMs = performance.now();
    this.#upSinceMs = nowMs;
    connection.open();
    if (this.#downBy === undefined) return;
    this.#downBy = undefined;
    const downS = Math.round((nowMs - (this.#downSinceMs ?? nowMs)) / 1000);
    this.#options.log('notice', `memcached ${this.name} is back after ${downS} s`);
  }

  #ended(end: ConnectionEnd): void {
    clearTimeout(this.#connectTimer);
    const upSinceMs = this.#upSinceMs;
    this.#connection = undefined;
    this.#upSinceMs = undefined;
    this.#epoch += 1;
    if (this.#isClosed) return;
    const wasStable = upSinceMs !== undefined && this.#backOff.isStable(upSinceMs, performance.now());
    if (wasStable) this.#backOff.reset();
    this.#failures = wasStable ? 1 : this.#failures + 1;
    if (wasStable && end.isSilence !== true) this.#connect();
    // Below the limit the next request connects again.
    else if (this.#failures >= this.#options.connectFailures) this.#down(end);
  }

  #down(end: ConnectionEnd): void {
    const wasDown = this.#downBy !== undefined;
    this.#downBy = end;
    this.#retryTimer = setTimeout(() => this.#connect(), this.#backOff.next()).unref();
    if (wasDown) return;
    this.#downSinceMs = performance.now();
    this.#options.log('warning', `memcached ${this.name} is down: ${printable(end.reason)}`);
  }

  #nextOpaque(): number {
    this.#opaque = (this.#opaque + 1) % OPAQUES;
    return this.#opaque;
  }
}

/** A reason may quote the server, such as the names in its certificate. */
function printable(text: string): string {
  return text.replaceAll(
    /[\x00-\x1f\x7f-\x9f]/g,
    (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
