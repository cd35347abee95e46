import { CacheError, isCacheError } from '@ftpd/cache';
import { Command, Redis } from 'ioredis';
import { asFailure, reasonOf, replyWordOf, unavailable } from './failures.ts';
import { QuietWatch } from './quiet-watch.ts';
import { ReplyScanner } from './reply-scanner.ts';
import { nameOf, type ConnectionSettings, type RedisEndpoint } from './settings.ts';

export type Argument = string | Buffer;

type Stream = Redis['stream'];

const repliesAsBytes = {};

/** What may wait to be sent before more is refused: a server that reads nothing must not fill our memory. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

/** What may wait for an answer before more is refused: a server that answers slowly must not, either. */
const MAX_AWAITED = 32_768;

const KEEP_ALIVE_MS = 30_000;

/**
 * One connection to one server, from its handshake to its end; it never connects again. So nothing of it can outlive it:
 * no queue that is sent to the next server, no reply to a command of the last.
 */
export class Connection {
  readonly #redis: Redis;
  readonly #stream: Stream;
  readonly #scanner = new ReplyScanner();
  readonly #watch: QuietWatch;
  /** Called once, when the connection is lost. Not after `close`. */
  onLost: ((failure: CacheError, wasSilent: boolean) => void) | undefined;
  #failure: CacheError | undefined;
  #sent = 0;
  #isCorked = false;
  #isSubscribed = false;

  constructor(redis: Redis, silenceTimeoutMs: number) {
    this.#redis = redis;
    this.#stream = redis.stream;
    this.#watch = new QuietWatch(
      silenceTimeoutMs,
      // While a long value goes out, what the kernel takes of it is a sign of life, too.
      () => (this.#stream.writableLength === 0 ? 0 : this.#stream.bytesWritten - this.#stream.writableLength),
      () => this.fail(unavailable(new Error(`no answer for ${silenceTimeoutMs} ms`)), true),
    );
    redis.removeAllListeners('error');
    redis.on('error', (error) => this.fail(unavailable(error)));
    redis.on('end', () => this.fail(unavailable(new Error('the server closed the connection'))));
    this.#stream.prependListener('data', this.#onData);
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Whether it seems to have fallen silent, so that a call had better see first (`isSilent`). */
  get isSuspect(): boolean {
    return this.#watch.isSuspect;
  }

  /** Whether a server that is suspected is silent indeed. */
  isSilent(): Promise<boolean> {
    return this.#watch.isSilent();
  }

  /** Sends a command at once. @param read - Makes a result of the reply, or throws. */
  run<Result>(
    name: string,
    args: readonly Argument[],
    deadlineAtMs: number,
    read: (reply: unknown) => Result,
  ): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#stream.writableLength > MAX_UNSENT_BYTES || this.#watch.awaited > MAX_AWAITED)
      return Promise.reject(unavailable(new Error('the server is too slow')));
    const command = new Command(name, args as Argument[], repliesAsBytes);
    // Alone, a command goes out at once; what comes with it goes out together, with one more system call.
    if (this.#watch.awaited > 0) this.#cork();
    this.#watch.sent(deadlineAtMs);
    this.#sent += 1;
    void this.#redis.sendCommand(command);
    return command.promise.then(
      (reply) => {
        this.#watch.answered();
        if (this.#failure !== undefined) throw this.#failure;
        return read(reply);
      },
      (error: unknown) => {
        this.#watch.answered();
        throw this.#failure ?? asFailure(error);
      },
    );
  }

  /** From now on messages come that answer nothing. */
  listen(onMessage: (channel: string, message: Buffer) => void): void {
    this.#isSubscribed = true;
    this.#redis.on('messageBuffer', (channel: Buffer, message: Buffer) =>
      onMessage(channel.toString('latin1'), message),
    );
  }

  subscribe(channels: readonly string[]): Promise<unknown> {
    this.#sent += 1;
    return this.#redis.subscribe(...channels);
  }

  unsubscribe(channel: string): Promise<unknown> {
    this.#sent += 1;
    return this.#redis.unsubscribe(channel);
  }

  /** Ends it because of this failure; what was under way fails with it. */
  fail(failure: CacheError, wasSilent: boolean = false): void {
    if (this.#failure !== undefined) return;
    const onLost = this.onLost;
    this.close(failure);
    onLost?.(failure, wasSilent);
  }

  /** Ends it; what was under way fails. */
  close(reason: CacheError = new CacheError('CACHE_CLOSED')): void {
    this.onLost = undefined;
    this.#failure ??= reason;
    this.#watch.stop();
    this.#stream.removeAllListeners('data');
    destroy(this.#redis);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#watch.heard();
    try {
      this.#scanner.push(chunk);
      if (this.#scanner.replies > this.#sent && !this.#isSubscribed)
        throw new Error('an answer that nothing had asked for');
    } catch (error) {
      this.fail(new CacheError('CACHE_PROTOCOL', { cause: error }));
    }
  };

  /** What is sent in one turn of the event loop goes out with one system call. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    queueMicrotask(() => {
      this.#isCorked = false;
      this.#stream.uncork();
    });
  }
}

/** Connects, proves who we are and sees whom we talk to. Rejects with a CacheError after `connectTimeoutMs` at the latest. */
export async function openConnection(
  endpoint: RedisEndpoint,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<Connection> {
  let failure: Error | undefined;
  const redis = new Redis({
    ...endpoint,
    ...tlsOptions(settings),
    lazyConnect: true,
    protocol: 2,
    keepAlive: KEEP_ALIVE_MS,
    connectTimeout: settings.connectTimeoutMs,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', (error) => (failure ??= error));
  const end = (error: Error): void => {
    failure ??= error;
    destroy(redis);
  };
  const onAbort = (): void => end(new Error('closed'));
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => end(new Error(`${nameOf(endpoint)} did not accept us within ${settings.connectTimeoutMs} ms`)),
    settings.connectTimeoutMs,
  );
  try {
    if (signal.aborted) throw new Error('closed');
    await redis.connect();
    const connection = new Connection(redis, settings.silenceTimeoutMs);
    try {
      await shakeHands(connection, settings);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    destroy(redis);
    throw failure === undefined ? asFailure(error) : unavailable(failure);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function tlsOptions({ tls }: ConnectionSettings): object {
  if (tls === undefined) return {};
  const { serverName, ...pem } = tls;
  return { tls: { ...pem, ...(serverName === undefined ? {} : { servername: serverName }) } };
}

/** Our own, not the client's: that one goes on in database 0 when SELECT is refused, and writes to the console. */
async function shakeHands(
  connection: Connection,
  { username, password, database, needsMaster }: ConnectionSettings,
): Promise<void> {
  const ask = (name: string, ...args: string[]): Promise<unknown> =>
    connection.run(name, args, Infinity, (reply) => reply);
  // In this spelling the client does not take note of them.
  const steps: Promise<unknown>[] = [];
  if (password !== undefined)
    steps.push(
      ask('AUTH', ...(username === undefined ? [] : [username]), password).catch((error: unknown) => {
        if (!wantsNoPassword(error)) throw asRefusal(error);
      }),
    );
  if (database !== 0)
    steps.push(
      ask('SELECT', String(database)).catch((error: unknown) => {
        throw asRefusal(error);
      }),
    );
  steps.push(
    needsMaster ? ask('ROLE').then(checkMaster, allowNoPermission) : ask('PING').catch(allowNoPermission),
  );
  // All are on their way before the first is answered; the first that fails tells why.
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function checkMaster(reply: unknown): void {
  const role = Array.isArray(reply) ? String(reply[0]) : 'unknown';
  if (role !== 'master') throw unavailable(new Error(`the server is not the master, but: ${role}`));
}

/** A user that may read and write keys need not be allowed to look around. */
function allowNoPermission(error: unknown): void {
  if (replyWordOf(error) !== 'NOPERM') throw error;
}

function asRefusal(error: unknown): unknown {
  return isCacheError(error) && replyWordOf(error) === 'ERR'
    ? new CacheError('CACHE_REFUSED', { cause: error.cause })
    : error;
}

/** A password too many is harmless: the server lets everybody in. */
function wantsNoPassword(error: unknown): boolean {
  return isCacheError(error) && /without any password|no password is set/i.test(reasonOf(error));
}

function destroy(redis: Redis): void {
  if (redis.status === 'end') return;
  redis.disconnect();
  // There is none before the first attempt to connect.
  (redis.stream as Stream | undefined)?.destroy();
}
