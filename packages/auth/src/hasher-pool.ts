import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { clientKey } from './client-key.ts';
import { AuthError } from './errors.ts';
import { createFairQueue } from './fair-queue.ts';
import type { HashJob, HashJobAnswer } from './hasher-worker.ts';
import type { HasherAnswer, PasswordHasher } from './hasher.ts';

export interface HasherPoolOptions {
  /** Threads that hash at once, > 0. Default: the machine's cores, at most 4. */
  readonly maxParallel?: number;
  /** Checks that wait, of all clients. More are answered `busy`. */
  readonly maxQueue?: number;
  /** Checks that wait, of one IPv4 address or one IPv6 /64. */
  readonly maxQueuePerAddress?: number;
  /** Milliseconds after which a thread without work ends and gives its memory back. */
  readonly idleMs?: number;
  /** The thread's program. Default: `hasher-worker` beside this module; give it when a bundler moved this module. */
  readonly workerUrl?: URL;
  /** Flags of Node for the threads; those of the process are not for them. */
  readonly execArgv?: readonly string[];
}

interface Task {
  readonly job: HashJob;
  readonly resolve: (answer: HasherAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread and the work it has in hand. Absent: it waits. */
interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * Hashes in threads: a bounded number at a time, in turn by client address, so that neither the event loop nor the other
 * clients wait for one who guesses passwords. Threads start with the first work and keep no process alive.
 */
export function createHasherPool({
  maxParallel = Math.min(availableParallelism(), 4),
  maxQueue = 4096,
  maxQueuePerAddress = 512,
  idleMs = 10_000,
  workerUrl = new URL(`./hasher-worker${ownExtension()}`, import.meta.url),
  execArgv = [],
}: HasherPoolOptions = {}): PasswordHasher {
  const queue = createFairQueue<Task>({ maxItems: maxQueue, maxItemsPerKey: maxQueuePerAddress });
  const threads = new Set<Thread>();
  let isClosed = false;

  function dispatch(): void {
    while (queue.size > 0) {
      const thread = idleThread() ?? (threads.size < maxParallel ? startThread() : undefined);
      const task = thread && queue.shift();
      if (thread === undefined || task === undefined) return;
      clearTimeout(thread.idleTimer);
      thread.task = task;
      thread.worker.ref();
      thread.worker.postMessage(task.job);
    }
  }

  function idleThread(): Thread | undefined {
    for (const thread of threads) if (thread.task === undefined) return thread;
    return undefined;
  }

  function startThread(): Thread {
    const worker = new Worker(workerUrl, { execArgv: [...execArgv] });
    const thread: Thread = { worker, task: undefined, idleTimer: undefined };
    threads.add(thread);
    worker.on('message', (answer: HashJobAnswer) => {
      const { task } = thread;
      rest(thread);
      task?.resolve(answer);
      dispatch();
    });
    worker.on('error', (cause: unknown) => fail(thread, cause));
    worker.on('exit', (code) => fail(thread, `exit code ${code}`));
    return thread;
  }

  function rest(thread: Thread): void {
    thread.task = undefined;
    thread.worker.unref();
    thread.idleTimer = setTimeout(() => {
      threads.delete(thread);
      void thread.worker.terminate();
    }, idleMs).unref();
  }

  function fail(thread: Thread, cause: unknown): void {
    clearTimeout(thread.idleTimer);
    threads.delete(thread);
    const { task } = thread;
    thread.task = undefined;
    task?.reject(new AuthError('AUTH_WORKER_FAILED', undefined, cause));
    // Not a loop: each failure has used up one task.
    if (task !== undefined && !isClosed) dispatch();
  }

  return {
    check(password, stored, { remoteAddress, signal }) {
      if (isClosed) return Promise.reject(new AuthError('AUTH_CLOSED'));
      if (signal?.aborted === true) return Promise.resolve('aborted');
      const key = clientKey(remoteAddress);
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          // Work that has begun ends by itself, and soon: costs are bounded.
          if (queue.remove(key, task)) task.resolve('aborted');
        };
        const task: Task = {
          job: { password, stored },
          resolve(answer) {
            signal?.removeEventListener('abort', onAbort);
            resolve(answer);
          },
          reject(error) {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        if (!queue.push(key, task)) {
          resolve('busy');
          return;
        }
        signal?.addEventListener('abort', onAbort, { once: true });
        dispatch();
      });
    },
    async close() {
      isClosed = true;
      for (let task = queue.shift(); task !== undefined; task = queue.shift())
        task.reject(new AuthError('AUTH_CLOSED'));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

/** `.ts` from the sources, `.js` or `.cjs` when built: the thread's program stands beside this one, in the same form. */
function ownExtension(): string {
  return /\.[cm]?[jt]s$/.exec(new URL(import.meta.url).pathname)?.[0] ?? '.js';
}
