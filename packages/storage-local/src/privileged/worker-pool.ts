import fs from 'node:fs';
import { StorageError } from '@ftpd/storage';
import { DeviceQueue, perDevice } from '../device-queue.ts';
import type { MountTable } from '../mount-table.ts';
import { Deadlines } from '../deadlines.ts';
import { repeatable } from './worker-protocol.ts';
import type {
  AnswerOf,
  ArgumentsOf,
  FileIdentity,
  OperationName,
  WorkerAnswer,
  WorkerReady,
} from './worker-protocol.ts';
import {
  OperationError,
  createTask,
  crossing,
  deviceFor,
  discard,
  endTask,
  operationError,
} from './worker-task.ts';
import type { CallOptions, Task } from './worker-task.ts';
import { WorkerThread } from './worker-thread.ts';

export interface WorkerPoolOptions {
  /** Threads at the most. */
  readonly maxWorkers: number;
  /** Threads that there are when none of them waits for a disk; with three, two devices may hang and a third goes on. */
  readonly usualWorkers: number;
  readonly mounts: MountTable;
  readonly timeoutMs: number;
  readonly workerUrl: URL;
  readonly separatesThread: boolean;
}

/** A request that takes longer is taken for one that waits for a disk. */
const slowMs = 5;
const maxAttempts = 3;
/** A thread costs 10 MB. */
const extraWorkersKeptMs = 30_000;

/** Hands operations to threads that act as the user of each, a bounded number at a time, and fewer per device. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #queue: DeviceQueue<Task>;
  readonly #deadlines: Deadlines<Task>;
  readonly #idle: WorkerThread[] = [];
  readonly #busy = new Map<WorkerThread, Task>();
  readonly #starting = new Set<WorkerThread>();
  #watching: NodeJS.Timeout | undefined;
  #shrinking: NodeJS.Timeout | undefined;
  #serial = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#queue = new DeviceQueue(perDevice(options.maxWorkers));
    this.#deadlines = new Deadlines(options.timeoutMs, (task) => this.#overdue(task));
  }

  /** Starts the first thread. @throws {StorageError} STORAGE_UNSUPPORTED where none can act as a user. */
  async start(): Promise<void> {
    // The threads of libuv are made by whoever needs them first, with the identity that it has at that moment.
    await new Promise((resolve) => {
      fs.stat('/', resolve);
    });
    await new Promise<void>((resolve, reject) => {
      this.#startWorker((ready) => {
        if (ready.isReady) resolve();
        else reject(new StorageError('STORAGE_UNSUPPORTED', { cause: new Error(ready.reason) }));
      });
    });
  }

  get workerCount(): number {
    return this.#idle.length + this.#busy.size + this.#starting.size;
  }

  call<Name extends OperationName>(
    operation: Name,
    options: CallOptions,
    ...parameters: ArgumentsOf<Name>
  ): Promise<AnswerOf<Name>> {
    if (this.#isClosed) return Promise.reject(new StorageError('STORAGE_CLOSED'));
    return new Promise((resolve, reject) => {
      const { mounts } = this.#options;
      const task = createTask(operation, options, parameters, mounts, { resolve, reject });
      this.#deadlines.add(task);
      this.#queue.add(task.device, task);
      this.#dispatch();
    });
  }

  /** Ends the threads; those that a file system holds end when it lets them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#watching);
    clearTimeout(this.#shrinking);
    this.#deadlines.close();
    const closed = new StorageError('STORAGE_CLOSED');
    for (const task of this.#queue.drain()) this.#abandon(task, closed);
    for (const task of this.#busy.values()) this.#refuse(task, closed);
    for (const worker of this.#busy.keys()) void worker.terminate();
    await Promise.all([...this.#idle, ...this.#starting].map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      // The last one is kept for a device that has none: those of a device that does not answer stay away.
      const isLast = this.#idle.length === 1 && this.#busy.size > 0;
      const task = this.#queue.take(isLast ? 0 : undefined);
      if (task === undefined) break;
      if (task.isEnded()) {
        this.#queue.end(task.device);
        this.#abandon(task, new StorageError('STORAGE_CLOSED'));
        continue;
      }
      this.#give(this.#takeIdle(task.request.identity), task);
    }
    if (this.#queue.waiting > 0) this.#watch();
  }

  #give(worker: WorkerThread, task: Task): void {
    this.#serial = (this.#serial + 1) | 0;
    task.isSlow = false;
    task.attempts += 1;
    this.#busy.set(worker, task);
    worker.ask({ ...task.request, serial: this.#serial, mayCross: task.mayCross });
  }

  /** One that acts as this user already, if there is one: to become another takes longer than most operations. */
  #takeIdle(identity: FileIdentity): WorkerThread {
    const at = this.#idle.findLastIndex((worker) => worker.identity === identity);
    return this.#idle.splice(at, 1)[0] as WorkerThread;
  }

  /** While something waits, looks now and then what for. */
  #watch(): void {
    this.#watching ??= setTimeout(() => {
      this.#watching = undefined;
      this.#placeAgain();
      if (this.#queue.hasNext) this.#grow();
      this.#dispatch();
    }, slowMs);
  }

  /**
   * A slow operation may be on a file system that was mounted a moment ago, and was counted for the one below: it must
   * not take the threads of that one.
   */
  #placeAgain(): void {
    const { mounts } = this.#options;
    const newlySlow: Task[] = [];
    for (const [worker, task] of this.#busy) if (!task.isSlow && worker.runsMs > slowMs) newlySlow.push(task);
    if (newlySlow.length === 0) return;
    const { version } = mounts;
    mounts.refresh();
    for (const task of newlySlow) {
      task.isSlow = true;
      const device = deviceFor(task, mounts);
      if (device === task.device) continue;
      this.#queue.end(task.device);
      this.#queue.force(device);
      task.device = device;
    }
    if (mounts.version === version) return;
    for (const task of this.#queue.drain()) {
      task.device = deviceFor(task, mounts);
      this.#queue.add(task.device, task);
    }
  }

  /** One thread more, if there are too few but for those that wait for disks. */
  #grow(): void {
    const { maxWorkers, usualWorkers } = this.#options;
    if (this.#starting.size > 0 || this.workerCount >= maxWorkers) return;
    const slow = [...this.#busy.keys()].filter(({ runsMs }) => runsMs > slowMs).length;
    if (this.workerCount < usualWorkers + slow) this.#startWorker(() => {});
  }

  /** Ends threads that were needed while others waited for a disk, those that were idle longest first. */
  #shrinkLater(): void {
    this.#shrinking ??= setTimeout(() => {
      this.#shrinking = undefined;
      const surplus = Math.min(this.workerCount - this.#options.usualWorkers, this.#idle.length);
      for (const worker of this.#idle.splice(0, Math.max(surplus, 0))) void worker.terminate();
    }, extraWorkersKeptMs).unref();
  }

  #startWorker(onReady: (ready: WorkerReady) => void): void {
    const { workerUrl: url, separatesThread } = this.#options;
    const worker = new WorkerThread(
      { url, separatesThread },
      {
        onReady: (ready) => {
          if (!this.#starting.delete(worker)) return;
          onReady(ready);
          if (ready.isReady) {
            this.#idle.push(worker);
            this.#dispatch();
            // A start takes longer than anybody should wait for it.
            if (!this.#isClosed && this.workerCount < this.#options.usualWorkers) this.#startWorker(() => {});
          } else void worker.terminate();
        },
        onAnswer: (answer) => this.#answered(worker, answer),
        onEnd: (hasBegun, cause) => {
          if (this.#starting.delete(worker)) {
            onReady({ isReady: false, reason: String(cause) });
            this.#startFailed(cause);
          }
          this.#ended(worker, hasBegun, cause);
        },
      },
    );
    this.#starting.add(worker);
  }

  /** Not a loop: each failure uses up one task. */
  #startFailed(cause: unknown): void {
    const task = this.#queue.take();
    if (task === undefined) return;
    this.#queue.end(task.device);
    this.#abandon(task, new StorageError('STORAGE_FAILED', { cause }));
    this.#dispatch();
  }

  #answered(worker: WorkerThread, answer: WorkerAnswer): void {
    const task = this.#busy.get(worker);
    this.#busy.delete(worker);
    if (answer[1] === 'lost') void worker.terminate();
    else this.#idle.push(worker);
    if (this.workerCount > this.#options.usualWorkers) this.#shrinkLater();
    if (task !== undefined) {
      this.#queue.end(task.device);
      this.#settle(task, answer);
    }
    this.#dispatch();
  }

  #settle(task: Task, answer: WorkerAnswer): void {
    const [, kind, told] = answer;
    if (kind === 'crosses' && !task.isSettled) {
      task.mayCross = true;
      task.device = crossing;
      this.#queue.addFirst(task.device, task);
      return;
    }
    endTask(task);
    if (kind === 'value') {
      if (task.isSettled) discard(task.request.operation, told);
      else {
        this.#settled(task);
        task.resolve(told as never);
      }
    } else if (kind === 'failure') this.#refuse(task, operationError(told));
    else if (kind === 'lost')
      this.#refuse(task, new StorageError('STORAGE_FAILED', { cause: new OperationError(told) }));
  }

  #ended(worker: WorkerThread, hasBegun: boolean, cause: unknown): void {
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    const task = this.#busy.get(worker);
    if (task !== undefined) {
      this.#busy.delete(worker);
      this.#queue.end(task.device);
      const isRepeated = !hasBegun || repeatable.has(task.request.operation);
      if (isRepeated && task.attempts < maxAttempts && !task.isSettled && !this.#isClosed)
        this.#queue.addFirst(task.device, task);
      else this.#abandon(task, new StorageError('STORAGE_FAILED', { cause }));
    }
    this.#dispatch();
  }

  #overdue(task: Task): void {
    const overdue = new StorageError('STORAGE_TIMEOUT');
    if (this.#queue.remove(task.device, task)) this.#abandon(task, overdue);
    else this.#refuse(task, overdue);
  }

  /** Refuses what no thread has in hand. */
  #abandon(task: Task, error: unknown): void {
    endTask(task);
    this.#refuse(task, error);
  }

  #refuse(task: Task, error: unknown): void {
    if (task.isSettled) return;
    this.#settled(task);
    task.reject(error);
  }

  #settled(task: Task): void {
    task.isSettled = true;
    this.#deadlines.delete(task);
  }
}
