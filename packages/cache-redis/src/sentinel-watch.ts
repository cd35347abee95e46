import { openConnection } from './connection.ts';
import { findMaster, type SentinelOptions } from './sentinel.ts';
import type { RedisEndpoint, RetryPace } from './settings.ts';
import { Subscriptions } from './subscriptions.ts';

/** What a sentinel publishes when it has learnt of a new master: name, old host and port, new host and port. */
const CHANNEL = '+switch-master';

/** A sentinel that is away is not needed soon: others tell the same. */
const ABSENT_MS = 10_000;

/** Hears from the sentinels that another server is the master, long before the old one notices. */
export class SentinelWatch {
  readonly #options: SentinelOptions;
  readonly #retry: RetryPace;
  readonly #onMaster: (master: RedisEndpoint) => void;
  readonly #end = new AbortController();
  readonly #subscriptions: Subscriptions[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: SentinelOptions, retry: RetryPace, onMaster: (master: RedisEndpoint) => void) {
    this.#options = options;
    this.#retry = retry;
    this.#onMaster = onMaster;
  }

  /** May be called again; begins once. */
  start(): void {
    if (this.#subscriptions.length > 0 || this.#end.signal.aborted) return;
    for (const sentinel of this.#options.sentinels) {
      const subscriptions = new Subscriptions(
        (signal) => openConnection(sentinel, this.#options.connection, signal),
        this.#retry,
      );
      this.#subscriptions.push(subscriptions);
      this.#subscribe(subscriptions);
    }
  }

  close(): void {
    this.#end.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const each of this.#subscriptions) each.close();
  }

  #subscribe(subscriptions: Subscriptions): void {
    subscriptions
      .subscribe(
        CHANNEL,
        (message) => this.#read(Buffer.from(message).toString('latin1')),
        () => this.#ask(),
      )
      .catch(() => {
        if (this.#end.signal.aborted) return;
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          this.#subscribe(subscriptions);
        }, ABSENT_MS).unref();
        this.#timers.add(timer);
      });
  }

  #read(message: string): void {
    const [name, , , host = '', port] = message.split(' ');
    // Whether it is ours, the sentinels know.
    if (this.#options.masterName === undefined) this.#ask();
    else if (name === this.#options.masterName) this.#onMaster({ host, port: Number(port) });
  }

  /** Something may have been missed. */
  #ask(): void {
    findMaster(this.#options, this.#end.signal).then(this.#onMaster, () => undefined);
  }
}
