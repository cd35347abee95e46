import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { clientKey, createFairQueue } from '@ftpd/auth';
import { SystemAuthError } from './errors.ts';
import {
  workerIsStarted,
  type JobName,
  type Jobs,
  type WorkerReply,
  type WorkerRequest,
} from './worker-protocol.ts';

export interface WorkerPoolOptions {
  /** Processes that work at once, > 0. */
  readonly maxWorkers?: number;
  /** Of these, how many may work for one client's address at once. */
  readonly maxWorkersPerClient?: number;
  /** Questions that wait, of all clients. More fail with SYSTEM_AUTH_BUSY. */
  readonly maxQueue?: number;
  readonly maxQueuePerClient?: number;
  /** Milliseconds after which the process of a question without an answer is killed. */
  readonly deadlineMs?: number;
  /** Milliseconds that a process may take to start, and to end when the pool closes. */
  readonly startMs?: number;
  readonly closeMs?: number;
  /** Milliseconds after which a process without work ends and gives its memory back. */
  readonly idleMs?: number;
  /** The workers' program. Default: `account-worker` beside this module; give it when a bundler moved this module. */
  readonly workerUrl?: URL;
}

export interface WorkOptions {
  /** Numeric address of the client, whose questions take turns with those of others. Absent: the program's own. */
  readonly remoteAddress?: string;
  /** Takes a question out of the queue; one that was asked already is answered or runs into its deadline. */
  readonly signal?: AbortSignal;
  /** The number of the worker that must do it. It fails with SYSTEM_AUTH_WORKER_FAILED if that one has ended. */
  readonly worker?: number;
}

/** Processes that ask the system what may take long: one question at a time each, and killed at a deadline. */
export interface WorkerPool {
  /**
   * @returns the answer, and the number of the worker that gave it.
   * @throws {SystemAuthError} whatever goes wrong.
   */
  run<Name extends JobName>(
    job: Name,
    input: Jobs[Name]['input'],
    options?: WorkOptions,
  ): Promise<{ readonly output: Jobs[Name]['output']; readonly worker: number }>;
  /** Ends the workers; sessions that they hold are closed first. */
  close(): Promise<void>;
}

interface Task {
  readonly request: WorkerRequest;
  readonly key: string;
  readonly resolve: (answer: { readonly output: unknown; readonly worker: number }) => void;
  readonly reject: (error: SystemAuthError) => void;
}

/** A process and the question it has in hand. Absent: it waits. */
interface Worker {
  readonly id: number;
  readonly child: ChildProcess;
  /** Questions for this worker and no other. */
  readonly own: Task[];
  isStarted: boolean;
  task: Task | undefined;
  held: number;
  timer: NodeJS.Timeout | undefined;
}

export function createWorkerPool({
  maxWorkers = 4,
  maxWorkersPerClient = Math.max(1, Math.ceil(maxWorkers / 2)),
  maxQueue = 4096,
  maxQueuePerClient = 1024,
  deadlineMs = 10_000,
  startMs = 30_000,
  closeMs = 2000,
  idleMs = 30_000,
  workerUrl = new URL(`./account-worker${ownExtension()}`, import.meta.url),
}: WorkerPoolOptions = {}): WorkerPool {
  const queue = createFairQueue<Task>({ maxItems: maxQueue, maxItemsPerKey: maxQueuePerClient });
  const workers = new Map<number, Worker>();
  let lastId = 0;
  let isClosed = false;

  function dispatch(): void {
    while (queue.size > 0) {
      const worker = idleWorker() ?? (workers.size < maxWorkers ? startWorker() : undefined);
      const task = worker && queue.shift((key) => workingFor(key) < maxWorkersPerClient);
      if (worker === undefined || task === undefined) return;
      give(worker, task);
    }
  }

  /** The first, so that work and open sessions gather in few processes and the others may end. */
  function idleWorker(): Worker | undefined {
    for (const worker of workers.values()) if (worker.task === undefined) return worker;
    return undefined;
  }

  function workingFor(key: string): number {
    let count = 0;
    for (const { task } of workers.values()) if (task?.key === key) count += 1;
    return count;
  }

  function startWorker(): Worker {
    lastId += 1;
    const child = fork(fileURLToPath(workerUrl), [], {
      // Flags of this process, such as --inspect, are not for the worker; one that runs from its source needs its own.
      execArgv: workerUrl.pathname.endsWith('.ts') ? ['--conditions=@ftpd/source'] : [],
      // Modules of the name service and of PAM read the environment; what this process was started in is not for them.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
      cwd: '/',
    });
    const worker: Worker = {
      id: lastId,
      child,
      own: [],
      isStarted: false,
      task: undefined,
      held: 0,
      timer: undefined,
    };
    workers.set(worker.id, worker);
    child.on('message', (message) => {
      if (message === workerIsStarted) started(worker);
      else answered(worker, message as WorkerReply);
    });
    child.on('error', (cause) => fail(worker, cause));
    child.on('exit', (code, signal) => fail(worker, signal ?? `exit code ${code}`));
    return worker;
  }

  function give(worker: Worker, task: Task): void {
    worker.task = task;
    allow(worker, worker.isStarted ? deadlineMs : startMs);
    worker.child.ref();
    worker.child.channel?.ref();
    worker.child.send(task.request, (error) => {
      if (error !== null) end(worker, new SystemAuthError('SYSTEM_AUTH_WORKER_FAILED', undefined, error));
    });
  }

  function allow(worker: Worker, ms: number): void {
    clearTimeout(worker.timer);
    worker.timer = setTimeout(() => end(worker, new SystemAuthError('SYSTEM_AUTH_TIMEOUT')), ms);
  }

  /** A question's time begins when there is somebody to answer it. */
  function started(worker: Worker): void {
    worker.isStarted = true;
    if (worker.task !== undefined) allow(worker, deadlineMs);
  }

  function answered(worker: Worker, reply: WorkerReply): void {
    const { task } = worker;
    if (task === undefined) return;
    worker.held = reply.held;
    rest(worker);
    if ('error' in reply) {
      const { code, message } = reply.error;
      task.reject(new SystemAuthError('SYSTEM_AUTH_FAILED', message, { code }));
    } else task.resolve({ output: reply.output, worker: worker.id });
    dispatch();
  }

  function rest(worker: Worker): void {
    clearTimeout(worker.timer);
    worker.task = undefined;
    const own = worker.own.shift();
    if (own !== undefined) {
      give(worker, own);
      return;
    }
    worker.child.unref();
    worker.child.channel?.unref();
    if (worker.held > 0) return;
    worker.timer = setTimeout(() => {
      forget(worker);
      worker.child.disconnect();
    }, idleMs).unref();
  }

  function forget(worker: Worker): void {
    clearTimeout(worker.timer);
    workers.delete(worker.id);
  }

  function end(worker: Worker, error: SystemAuthError): void {
    worker.child.kill('SIGKILL');
    lose(worker, error);
  }

  function fail(worker: Worker, cause: unknown): void {
    lose(worker, new SystemAuthError('SYSTEM_AUTH_WORKER_FAILED', undefined, cause));
  }

  function lose(worker: Worker, error: SystemAuthError): void {
    forget(worker);
    const { task } = worker;
    worker.task = undefined;
    task?.reject(error);
    for (const own of worker.own.splice(0)) own.reject(new SystemAuthError('SYSTEM_AUTH_WORKER_FAILED'));
    // Not a loop: each failure has used up one question.
    if (task !== undefined && !isClosed) dispatch();
  }

  function enqueue(task: Task, worker: number | undefined): boolean {
    if (worker === undefined) return queue.push(task.key, task);
    const owner = workers.get(worker);
    if (owner === undefined) {
      task.reject(new SystemAuthError('SYSTEM_AUTH_WORKER_FAILED'));
      return true;
    }
    if (owner.own.length >= maxQueue) return false;
    if (owner.task === undefined) give(owner, task);
    else owner.own.push(task);
    return true;
  }

  return {
    run(job, input, { remoteAddress = '', signal, worker } = {}) {
      if (isClosed) return Promise.reject(new SystemAuthError('SYSTEM_AUTH_CLOSED'));
      if (signal?.aborted === true) return Promise.reject(new SystemAuthError('SYSTEM_AUTH_ABORTED'));
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          if (queue.remove(task.key, task)) task.reject(new SystemAuthError('SYSTEM_AUTH_ABORTED'));
        };
        const task: Task = {
          request: { job, input },
          key: clientKey(remoteAddress),
          resolve(answer) {
            signal?.removeEventListener('abort', onAbort);
            // The worker's program is ours: it answers a question with what `Jobs` says.
            resolve(answer as Parameters<typeof resolve>[0]);
          },
          reject(error) {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        if (!enqueue(task, worker)) {
          task.reject(new SystemAuthError('SYSTEM_AUTH_BUSY'));
          return;
        }
        signal?.addEventListener('abort', onAbort, { once: true });
        dispatch();
      });
    },
    async close() {
      isClosed = true;
      for (let task = queue.shift(); task !== undefined; task = queue.shift())
        task.reject(new SystemAuthError('SYSTEM_AUTH_CLOSED'));
      await Promise.all([...workers.values()].map(async (worker) => stop(worker, closeMs)));
    },
  };
}

/** A worker whose channel closes closes its sessions and ends. */
async function stop({ child, timer }: Worker, closeMs: number): Promise<void> {
  clearTimeout(timer);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  await new Promise<void>((resolve) => {
    const deadline = setTimeout(() => child.kill('SIGKILL'), closeMs);
    child.once('exit', () => {
      clearTimeout(deadline);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}

/** `.ts` from the sources, `.js` or `.cjs` when built: the workers' program stands beside this one, in the same form. */
function ownExtension(): string {
  return /\.[cm]?[jt]s$/.exec(new URL(import.meta.url).pathname)?.[0] ?? '.js';
}
