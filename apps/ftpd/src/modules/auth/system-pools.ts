import { createWorkerPool, type WorkerPool } from '@ftpd/auth-system';

let accounts: WorkerPool | undefined;
let pam: WorkerPool | undefined;

/**
 * The processes that ask the name service and shadow, for all servers of the daemon. They live across reloads, start
 * with the first question and end with this process.
 */
export function accountPool(): WorkerPool {
  return (accounts ??= createWorkerPool({ maxWorkers: 4, maxWorkersPerClient: 3 }));
}

/** Those that speak to PAM: apart, because its modules may wait for people, or sleep. */
export function pamPool(): WorkerPool {
  return (pam ??= createWorkerPool({ maxWorkers: 8, maxWorkersPerClient: 4, deadlineMs: 30_000 }));
}
