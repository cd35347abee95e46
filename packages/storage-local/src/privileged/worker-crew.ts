import fs from 'node:fs';
import { StorageError } from '@ftpd/storage';
import type { FileIdentity, WorkerAnswer, WorkerReady } from './worker-protocol.ts';
import { WorkerThread, type WorkerThreadOptions } from './worker-thread.ts';

export interface WorkerCrewOptions extends WorkerThreadOptions {
  /** Threads at the most. */
  readonly maxWorkers: number;
  /** Threads that there are when none of them waits for a disk; with three, two devices may hang and a third goes on. */
  readonly usualWorkers: number;
}

export interface WorkerCrewEvents {
  /** One more can be asked. */
  readonly onIdle: () => void;
  readonly onAnswer: (worker: WorkerThread, answer: WorkerAnswer, isLast: boolean) => void;
  /** See `WorkerThreadEvents`. */
  readonly onEnd: (worker: WorkerThread, hasBegun: boolean, cause: unknown) => void;
  readonly onStartFailed: (cause: unknown) => void;
}

/** A thread costs 10 MB. */
const extraWorkersKeptMs = 30_000;

/** The threads of a pool: those that have nothing to do, those that begin, and the count of the others. */
export class WorkerCrew {
  readonly #options: WorkerCrewOptions;
  readonly #events: WorkerCrewEvents;
  readonly #idle: WorkerThread[] = [];
  readonly #busy = new Set<WorkerThread>();
  readonly #starting = new Set<WorkerThread>();
  #shrinking: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: WorkerCrewOptions, events: WorkerCrewEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Starts the first thread. @throws {StorageError} STORAGE_UNSUPPORTED where none can act as a user. */
  async start(): Promise<void> {
    // The threads of libuv are made by whoever needs them first, with the identity that it has at that moment.
    await new Promise((resolve) => {
      fs.stat('/', resolve);
    });
    await new Promise<void>((resolve, reject) => {
      this.#startOne((ready) => {
        if (ready.isReady) resolve();
        else reject(new StorageError('STORAGE_UNSUPPORTED', { cause: new Error(ready.reason) }));
      });
    });
  }

  get size(): number {
    return this.#idle.length + this.#busy.size + this.#starting.size;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  get busyCount(): number {
    return this.#busy.size;
  }

  /** Takes an idle one: one that acts as this user already, if there is one, for to become another takes longer than most operations. */
  take(identity: FileIdentity): WorkerThread {
    const at = this.#idle.findLastIndex((worker) => worker.identity === identity);
    const worker = this.#idle.splice(at, 1)[0] as WorkerThread;
    this.#busy.add(worker);
    return worker;
  }

  /** It has answered all. @param isLost - Whether it must do nothing any more. */
  giveBack(worker: WorkerThread, isLost: boolean): void {
    this.#busy.delete(worker);
    if (isLost) void worker.terminate();
    else this.#idle.push(worker);
    if (this.size > this.#options.usualWorkers) this.#shrinkLater();
  }

  /** One thread more, if there are too few but for those that wait for disks. */
  grow(): void {
    const { maxWorkers, usualWorkers } = this.#options;
    if (this.#starting.size > 0 || this.size >= maxWorkers) return;
    const slow = [...this.#busy].filter(({ isSlow }) => isSlow).length;
    if (this.size < usualWorkers + slow) this.#startOne(() => {});
  }

  /** Ends the threads; those that a file system holds end when it lets them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#shrinking);
    for (const worker of this.#busy) void worker.terminate();
    await Promise.all([...this.#idle, ...this.#starting].map((worker) => worker.terminate()));
  }

  /** Ends threads that were needed while others waited for a disk, those that were idle longest first. */
  #shrinkLater(): void {
    this.#shrinking ??= setTimeout(() => {
      this.#shrinking = undefined;
      const surplus = Math.min(this.size - this.#options.usualWorkers, this.#idle.length);
      for (const worker of this.#idle.splice(0, Math.max(surplus, 0))) void worker.terminate();
    }, extraWorkersKeptMs).unref();
  }

  #startOne(onReady: (ready: WorkerReady) => void): void {
    const worker = new WorkerThread(this.#options, {
      onReady: (ready) => {
        if (!this.#starting.delete(worker)) return;
        onReady(ready);
        if (ready.isReady) {
          this.#idle.push(worker);
          this.#events.onIdle();
          // A start takes longer than anybody should wait for it.
          if (!this.#isClosed && this.size < this.#options.usualWorkers) this.#startOne(() => {});
        } else void worker.terminate();
      },
      onAnswer: (answer, isLast) => this.#events.onAnswer(worker, answer, isLast),
      onEnd: (hasBegun, cause) => this.#ended(worker, hasBegun, cause, onReady),
    });
    this.#starting.add(worker);
  }

  #ended(
    worker: WorkerThread,
    hasBegun: boolean,
    cause: unknown,
    onReady: (ready: WorkerReady) => void,
  ): void {
    if (this.#starting.delete(worker)) {
      onReady({ isReady: false, reason: String(cause) });
      this.#events.onStartFailed(cause);
    }
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#busy.delete(worker);
    this.#events.onEnd(worker, hasBegun, cause);
  }
}
