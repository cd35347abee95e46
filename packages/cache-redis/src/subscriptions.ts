import { CacheError } from '@ftpd/cache';
import type { Connection } from './connection.ts';
import { asFailure } from './failures.ts';
import type { RetryPace } from './settings.ts';

interface Listener {
  readonly onMessage: (message: Uint8Array) => void;
  readonly onGap: () => void;
}

/** A connection on which nothing is said may be dead without anybody noticing. */
const HEARTBEAT_MS = 5_000;

/**
 * Listens to channels over a connection of its own, made at the first subscription, closed after the last, and made again
 * when it is lost.
 */
export class Subscriptions {
  readonly #open: (signal: AbortSignal) => Promise<Connection>;
  readonly #retry: RetryPace;
  readonly #end = new AbortController();
  readonly #channels = new Map<string, Set<Listener>>();
  #connecting: Promise<Connection> | undefined;
  #delayMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(open: (signal: AbortSignal) => Promise<Connection>, retry: RetryPace) {
    this.#open = open;
    this.#retry = retry;
  }

  /** Resolves when the server has it; see `CacheBus`. @throws {CacheError} */
  async subscribe(
    channel: string,
    onMessage: (message: Uint8Array) => void,
    onGap: () => void,
  ): Promise<() => void> {
    const listener: Listener = { onMessage, onGap };
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(listener));
    try {
      const connection = await this.#connection();
      // Asked again for each listener: only then is it sure that the server has it.
      await connection.subscribe([channel]);
    } catch (error) {
      this.#leave(channel, listener);
      throw asFailure(error);
    }
    return () => this.#leave(channel, listener);
  }

  close(): void {
    this.#end.abort();
    this.#disconnect();
  }

  #leave(channel: string, listener: Listener): void {
    const listeners = this.#channels.get(channel);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#channels.delete(channel);
    if (this.#channels.size === 0) this.#disconnect();
    else void this.#connecting?.then((connection) => connection.unsubscribe(channel)).catch(() => undefined);
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    const connecting = this.#connecting;
    this.#connecting = undefined;
    void connecting?.then((connection) => connection.close()).catch(() => undefined);
  }

  #connection(): Promise<Connection> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<Connection> {
    try {
      const connection = await this.#open(this.#end.signal);
      if (this.#end.signal.aborted) {
        connection.close();
        throw new CacheError('CACHE_CLOSED');
      }
      connection.listen((channel, message) => this.#deliver(channel, message));
      connection.onLost = () => this.#lost();
      clearInterval(this.#heartbeat);
      this.#heartbeat = setInterval(() => this.#beat(connection), HEARTBEAT_MS).unref();
      return connection;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }

  #beat(connection: Connection): void {
    connection
      .run('PING', [], Infinity, () => {
        // Only a connection that lasts lets the next be tried at once.
        this.#delayMs = 0;
      })
      .catch(() => undefined);
  }

  #deliver(channel: string, message: Buffer): void {
    for (const { onMessage } of this.#channels.get(channel) ?? []) onMessage(Buffer.from(message));
  }

  #lost(): void {
    clearInterval(this.#heartbeat);
    this.#connecting = undefined;
    this.#againLater();
  }

  #againLater(): void {
    if (this.#channels.size === 0 || this.#end.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#again(), this.#delayMs).unref();
    this.#delayMs = Math.min(Math.max(this.#delayMs * 2, this.#retry.minDelayMs), this.#retry.maxDelayMs);
  }

  async #again(): Promise<void> {
    try {
      const connection = await this.#connection();
      await connection.subscribe([...this.#channels.keys()]);
    } catch {
      // A connection that was lost meanwhile has seen to it that there is another attempt.
      if (this.#connecting === undefined) this.#againLater();
      return;
    }
    for (const listeners of this.#channels.values()) for (const { onGap } of listeners) onGap();
  }
}
