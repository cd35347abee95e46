import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FileLockOptions {
  /** Milliseconds to wait for another holder. */
  readonly waitMs?: number;
  /** Milliseconds between two tries. */
  readonly retryMs?: number;
}

/** Somebody else holds the lock, and goes on holding it. */
export class LockHeldError extends Error {}

/**
 * Holds `PATH.lock` while `work` runs. The lock names its holder; one whose holder is dead is taken over.
 * @throws {LockHeldError} when the holder lives, or is on another machine, and does not end within `waitMs`.
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Result | Promise<Result>,
  { waitMs = 10_000, retryMs = 25 }: FileLockOptions = {},
): Promise<Result> {
  const lockPath = `${path}.lock`;
  const deadline = performance.now() + waitMs;
  while (!tryLock(lockPath)) {
    breakStaleLock(lockPath);
    if (performance.now() > deadline) {
      throw new LockHeldError(
        `${lockPath} is held by ${holderOf(lockPath) ?? 'somebody'}: if that program is gone, remove the file`,
      );
    }
    await sleep(retryMs);
  }
  try {
    return await work();
  } finally {
    unlinkSync(lockPath);
  }
}

/** A link appears with its content at once: nobody ever reads a lock without its holder's name. */
function tryLock(lockPath: string): boolean {
  const claim = `${lockPath}.${process.pid}`;
  writeFileSync(claim, `${process.pid} ${hostname()}\n`, { mode: 0o600 });
  try {
    linkSync(claim, lockPath);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(claim);
  }
}

function holderOf(lockPath: string): string | undefined {
  try {
    return readFileSync(lockPath, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function isStale(lockPath: string): boolean {
  const [pid, host] = holderOf(lockPath)?.split(' ') ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Milliseconds after which a lock on breaking locks is itself left over: breaking takes a moment only. */
const breakingMs = 5_000;

/** Two who find the same dead lock must not remove each other's new one: who breaks it holds a lock on that. */
function breakStaleLock(lockPath: string): void {
  if (!isStale(lockPath)) return;
  const breakerPath = `${lockPath}.break`;
  if (!tryLock(breakerPath)) {
    if (ageMs(breakerPath) > breakingMs) removeIfThere(breakerPath);
    return;
  }
  try {
    if (isStale(lockPath)) removeIfThere(lockPath);
  } finally {
    removeIfThere(breakerPath);
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
