import { CacheError, type CacheCall } from '@ftpd/cache';
import { openConnection, type Argument, type Connection } from './connection.ts';
import { asFailure, reasonOf, unavailable } from './failures.ts';
import { nameOf, type RedisEndpoint, type Surroundings } from './settings.ts';

/** A command, and what to make of its reply. */
export interface Request<Result> {
  readonly name: string;
  readonly args: readonly Argument[];
  /** @throws {CacheError} for a reply that makes no sense. */
  readonly read: (reply: unknown) => Result;
}

export interface LinkOptions extends Surroundings {
  /** Of the server, for logs. */
  readonly name: string;
  /** Where to connect this time. */
  readonly resolve: (signal: AbortSignal) => Promise<RedisEndpoint>;
  /** Told of each change between working and not working. */
  readonly onState?: (isUp: boolean) => void;
}

/** A connection that lived so long was a good one: the next may be tried at once. */
const STABLE_MS = 2_000;

/**
 * The way to one server: a connection at a time, made when it is first needed. While there is none because the first
 * attempt is under way, calls wait for it; once an attempt has failed, calls fail at once, and attempts go on in the
 * background until one succeeds.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #end = new AbortController();
  #connection: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #failure: CacheError | undefined;
  /** Why the last connection ended, which tells more than that the next could not be made. */
  #lossReason: CacheError | undefined;
  #isDown = false;
  #beganAtMs = 0;
  #delayMs = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Whether a command would go out at once. */
  get isReady(): boolean {
    return this.#connection !== undefined && !this.#connection.isSuspect;
  }

  /** Where the connection goes, while there is one. */
  endpoint: RedisEndpoint | undefined;

  run<Result>(request: Request<Result>, call: CacheCall): Promise<Result> {
    const connection = this.#connection;
    if (connection !== undefined && !connection.isSuspect)
      return connection.run(request.name, request.args, call.deadlineAtMs, request.read);
    return this.#runLater(request, call);
  }

  /** Runs commands that must follow each other, on one connection; the result is that of the last. */
  async runTogether<Result>(
    before: readonly string[],
    request: Request<Result>,
    call: CacheCall,
  ): Promise<Result> {
    const { args } = copied(request);
    const connection = await this.#usable();
    if (call.isOver) throw new CacheError('CACHE_TIMEOUT');
    const [name = '', ...rest] = before;
    const first = connection.run(name, rest, call.deadlineAtMs, () => undefined);
    const last = connection.run(request.name, args, call.deadlineAtMs, request.read);
    const [, result] = await Promise.all([first, last]);
    return result;
  }

  /** Drops the connection, to find out anew which server is the right one. */
  reconnect(reason: CacheError): void {
    this.#connection?.fail(reason);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#end.abort();
    this.#failure = new CacheError('CACHE_CLOSED');
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #runLater<Result>(request: Request<Result>, call: CacheCall): Promise<Result> {
    if (this.#connection === undefined && this.#failure !== undefined) throw again(this.#failure);
    // The caller may write into its buffers as soon as this returns.
    const kept = copied(request);
    const connection = await this.#usable();
    if (call.isOver || performance.now() >= call.deadlineAtMs) throw new CacheError('CACHE_TIMEOUT');
    return connection.run(kept.name, kept.args, call.deadlineAtMs, kept.read);
  }

  async #usable(): Promise<Connection> {
    const connection = this.#connection;
    if (connection !== undefined) {
      if (connection.isSuspect && (await connection.isSilent()))
        throw unavailable(new Error(`${this.#options.name} does not answer`));
      return connection;
    }
    if (this.#failure !== undefined) throw again(this.#failure);
    return this.#open();
  }

  #open(): Promise<Connection> {
    this.#opening ??= this.#attempt();
    return this.#opening;
  }

  async #attempt(): Promise<Connection> {
    try {
      const endpoint = await this.#options.resolve(this.#end.signal);
      const connection = await openConnection(endpoint, this.#options.connection, this.#end.signal);
      this.#began(connection, endpoint);
      return connection;
    } catch (error) {
      const failure = asFailure(error);
      this.#failed(failure);
      throw again(failure);
    } finally {
      this.#opening = undefined;
    }
  }

  #began(connection: Connection, endpoint: RedisEndpoint): void {
    if (this.#end.signal.aborted) {
      connection.close();
      throw new CacheError('CACHE_CLOSED');
    }
    this.#connection = connection;
    this.endpoint = endpoint;
    this.#beganAtMs = performance.now();
    connection.onLost = (failure, wasSilent) => this.#lost(failure, wasSilent);
    this.#failure = undefined;
    this.#lossReason = undefined;
    const { name, log } = this.#options;
    log('debug', `redis: connected to ${nameOf(endpoint)}`);
    if (!this.#isDown) return;
    this.#isDown = false;
    log('notice', `redis: ${name} answers again (${nameOf(endpoint)})`);
    this.#options.onState?.(true);
  }

  /**
   * The connection that worked is gone. Calls that come now wait for the next, which may be there at once; but a silent
   * server has had its time.
   */
  #lost(failure: CacheError, wasSilent: boolean): void {
    this.#connection = undefined;
    this.endpoint = undefined;
    if (wasSilent) return this.#failed(failure);
    this.#lossReason = failure;
    if (performance.now() - this.#beganAtMs > STABLE_MS) this.#delayMs = 0;
    if (this.#delayMs > 0) return this.#failed(failure);
    // Should that one be lost soon, too, there is a pause.
    this.#delayMs = this.#options.retry.minDelayMs;
    this.#open().catch(() => undefined);
  }

  #failed(failure: CacheError): void {
    if (this.#end.signal.aborted) return;
    this.#failure = failure;
    const { minDelayMs, maxDelayMs } = this.#options.retry;
    this.#delayMs = Math.min(Math.max(this.#delayMs * 2, minDelayMs), maxDelayMs);
    this.#retry = setTimeout(() => void this.#open().catch(() => undefined), this.#delayMs).unref();
    if (this.#isDown) return;
    this.#isDown = true;
    const severity = failure.code === 'CACHE_REFUSED' ? 'error' : 'warning';
    const lost = this.#lossReason === undefined ? '' : ` (connection lost: ${reasonOf(this.#lossReason)})`;
    this.#lossReason = undefined;
    this.#options.log(severity, `redis: ${this.#options.name} cannot be used: ${reasonOf(failure)}${lost}`);
    this.#options.onState?.(false);
  }
}

/** An error of its own for each call, so that its stack says who called. */
function again(failure: CacheError): CacheError {
  return new CacheError(failure.code, { message: failure.message, cause: failure.cause });
}

function copied<Result>(request: Request<Result>): Request<Result> {
  return {
    ...request,
    args: request.args.map((arg) => (typeof arg === 'string' ? arg : Buffer.from(arg))),
  };
}
