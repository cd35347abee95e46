import { StorageError } from '@ftpd/storage';
import { DeviceQueue, perDevice } from '../device-queue.ts';
import type { MountTable } from '../mount-table.ts';
import { Deadlines } from '../deadlines.ts';
import { repeatable } from './worker-protocol.ts';
import type { AnswerOf, ArgumentsOf, OperationName, WorkerAnswer, WorkerRequest } from './worker-protocol.ts';
import {
  OperationError,
  createTask,
  crossing,
  deviceFor,
  discard,
  endTask,
  operationError,
} from './worker-task.ts';
import type { Batch, CallOptions, Task } from './worker-task.ts';
import { WorkerCrew, type WorkerCrewOptions } from './worker-crew.ts';
import type { WorkerThread } from './worker-thread.ts';

export interface WorkerPoolOptions extends WorkerCrewOptions {
  readonly mounts: MountTable;
  readonly timeoutMs: number;
}

/** How often, while something waits, is looked for what for: who is twice at the same request waits for a disk. */
const lookMs = 5;
/** Requests that go to one thread in one message, if those of their device do not take long. */
const maxBatch = 16;
const quickUs = 500;
const maxAttempts = 3;
const maxSerial = 0x7fff_ffff;

/** Hands operations to threads that act as the user of each, a bounded number at a time, and fewer per device. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #queue: DeviceQueue<Task>;
  readonly #deadlines: Deadlines<Task>;
  readonly #crew: WorkerCrew;
  readonly #busy = new Map<WorkerThread, Batch>();
  /** How long an operation on a device took the last time, in µs. */
  readonly #usualUs = new Map<number, number>();
  #dispatching: NodeJS.Immediate | undefined;
  #watching: NodeJS.Timeout | undefined;
  /** Of the table of mounts, when all that waits was last placed by it. */
  #placedVersion = 0;
  #serial = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#queue = new DeviceQueue(perDevice(options.maxWorkers));
    this.#deadlines = new Deadlines(options.timeoutMs, (task) => this.#overdue(task));
    this.#crew = new WorkerCrew(options, {
      onIdle: () => this.#dispatch(),
      onAnswer: (worker, answer, isLast) => this.#answered(worker, answer, isLast),
      onEnd: (worker, hasBegun, cause) => this.#ended(worker, hasBegun, cause),
      onStartFailed: (cause) => this.#startFailed(cause),
    });
  }

  /** Starts the first thread. @throws {StorageError} STORAGE_UNSUPPORTED where none can act as a user. */
  start(): Promise<void> {
    return this.#crew.start();
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
      this.#dispatchSoon();
    });
  }

  /** Ends the threads; those that a file system holds end when it lets them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearImmediate(this.#dispatching);
    clearTimeout(this.#watching);
    this.#deadlines.close();
    const closed = new StorageError('STORAGE_CLOSED');
    for (const task of this.#queue.drain()) this.#abandon(task, closed);
    for (const { tasks } of this.#busy.values())
      for (const task of tasks) if (task !== undefined) this.#refuse(task, closed);
    await this.#crew.close();
  }

  /** When all that comes in this turn of the loop has come: to wake a thread takes longer than most operations. */
  #dispatchSoon(): void {
    this.#dispatching ??= setImmediate(() => {
      this.#dispatching = undefined;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#crew.idleCount > 0) {
      // The last one is kept for a device that has none: those of a device that does not answer stay away.
      const isLast = this.#crew.idleCount === 1 && this.#crew.busyCount > 0;
      const taken = this.#queue.takeFrom(isLast ? 0 : undefined);
      if (taken === undefined) break;
      const { device, task } = taken;
      const isQuick = (this.#usualUs.get(device) ?? Infinity) < quickUs;
      const more = isQuick ? this.#queue.takeMore(device, maxBatch - 1) : [];
      const tasks = [task, ...more].filter((one) => !this.#isOver(one));
      if (tasks.length === 0) this.#queue.end(device);
      else this.#give(this.#crew.take(task.request.identity), { device, tasks, slow: undefined });
    }
    if (this.#queue.waiting > 0) this.#watch();
  }

  #isOver(task: Task): boolean {
    if (!task.isEnded()) return false;
    this.#abandon(task, new StorageError('STORAGE_CLOSED'));
    return true;
  }

  #give(worker: WorkerThread, batch: Batch): void {
    this.#busy.set(worker, batch);
    const requests: WorkerRequest[] = [];
    for (const task of batch.tasks) {
      if (task === undefined) continue;
      this.#serial = (this.#serial % maxSerial) + 1;
      task.attempts += 1;
      requests.push({ ...task.request, serial: this.#serial, mayCross: task.mayCross });
    }
    worker.ask(requests);
    if (requests.length > 1) this.#watch();
  }

  /** While something waits, looks now and then what for. */
  #watch(): void {
    this.#watching ??= setTimeout(() => {
      this.#watching = undefined;
      this.#lookAtBusy();
      if (this.#queue.hasNext) this.#crew.grow();
      this.#dispatch();
      if ([...this.#busy.values()].some(({ tasks, slow }) => tasks.length > 1 && slow !== tasks[0]))
        this.#watch();
    }, lookMs);
  }

  #lookAtBusy(): void {
    let isAnySlow = false;
    for (const [worker, batch] of this.#busy) {
      worker.look();
      // The one behind a slow one may have begun before it was taken back, and be the one that does not end.
      const [task] = batch.tasks;
      if (!worker.isSlow || batch.slow === task) continue;
      batch.slow = task;
      isAnySlow = true;
      this.#usualUs.delete(batch.device);
      this.#takeBack(worker, batch);
    }
    if (isAnySlow) this.#placeAgain();
  }

  /** Others do what waits behind an operation that does not end. */
  #takeBack(worker: WorkerThread, { tasks }: Batch): void {
    if (tasks.length === 1) return;
    for (let at = tasks.length - 1, kept = worker.bar(); at >= kept; at -= 1) {
      const task = tasks[at];
      tasks[at] = undefined;
      this.#again(task);
    }
  }

  /** What was not begun waits for a thread again. */
  #again(task: Task | undefined): void {
    if (task === undefined) return;
    task.attempts -= 1;
    // It was in hand when what waits was placed again.
    task.device = deviceFor(task, this.#options.mounts);
    if (task.isSettled) this.#abandon(task, undefined);
    else this.#queue.addFirst(task.device, task);
  }

  /**
   * A slow operation may be on a file system that was mounted a moment ago, and was counted for the one below: it must
   * not take the threads of that one. The table may know it already, for it is read now and then.
   */
  #placeAgain(): void {
    const { mounts } = this.#options;
    mounts.refresh();
    for (const batch of this.#busy.values()) {
      const [task] = batch.tasks;
      if (batch.slow === undefined || task === undefined) continue;
      const device = deviceFor(task, mounts);
      if (device === batch.device) continue;
      this.#queue.end(batch.device);
      this.#queue.force(device);
      batch.device = device;
    }
    if (mounts.version === this.#placedVersion) return;
    this.#placedVersion = mounts.version;
    for (const task of this.#queue.drain()) {
      task.device = deviceFor(task, mounts);
      this.#queue.add(task.device, task);
    }
  }

  /** Not a loop: each failure uses up one task. */
  #startFailed(cause: unknown): void {
    const task = this.#queue.take();
    if (task === undefined) return;
    this.#queue.end(task.device);
    this.#abandon(task, new StorageError('STORAGE_FAILED', { cause }));
    this.#dispatch();
  }

  #answered(worker: WorkerThread, answer: WorkerAnswer, isLast: boolean): void {
    const batch = this.#busy.get(worker);
    const task = batch?.tasks.shift();
    if (batch !== undefined && isLast) this.#finish(worker, batch, answer[1] === 'lost');
    if (task !== undefined) this.#settle(task, answer);
    if (this.#queue.waiting > 0) this.#dispatchSoon();
  }

  #finish(worker: WorkerThread, { device, tasks, slow }: Batch, isLost: boolean): void {
    this.#busy.delete(worker);
    this.#queue.end(device);
    if (slow === undefined) this.#usualUs.set(device, worker.usualUs);
    for (const task of tasks.reverse()) this.#again(task);
    this.#crew.giveBack(worker, isLost);
  }

  #settle(task: Task, answer: WorkerAnswer): void {
    const [, kind, told] = answer;
    if (kind === 'returned') {
      this.#again(task);
      return;
    }
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
    const batch = this.#busy.get(worker);
    if (batch !== undefined) {
      const [task, ...others] = batch.tasks;
      this.#busy.delete(worker);
      this.#queue.end(batch.device);
      for (const other of others.reverse()) this.#again(other);
      if (task !== undefined) this.#died(task, hasBegun, cause);
    }
    this.#dispatch();
  }

  /** The thread that had the task in hand has died. */
  #died(task: Task, hasBegun: boolean, cause: unknown): void {
    const isRepeated = !hasBegun || repeatable.has(task.request.operation);
    if (isRepeated && task.attempts < maxAttempts && !task.isSettled && !this.#isClosed)
      this.#queue.addFirst(task.device, task);
    else this.#abandon(task, new StorageError('STORAGE_FAILED', { cause }));
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
