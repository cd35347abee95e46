import { spawn } from 'node:child_process';
import { handOver } from './service-manager.ts';

const childMark = 'FTPD_BACKGROUND';

/** Whether this process was started by `startInBackground`. */
export function isBackgroundChild(): boolean {
  return process.env[childMark] === '1' && process.send !== undefined;
}

/**
 * Starts this program again, without a terminal and in a session of its own, and waits until it serves.
 * What it says on its way goes to stderr.
 * @returns the exit code of this process: 0 once the daemon listens, else the daemon's.
 */
export async function startInBackground(args: readonly string[]): Promise<number> {
  const [, script = ''] = process.argv;
  // A watchdog that is meant for this process is meant for the next one.
  const { WATCHDOG_PID: watchdogPid, ...environment } = process.env;
  const isWatched = watchdogPid === undefined || watchdogPid === String(process.pid);
  if (!isWatched) delete environment['WATCHDOG_USEC'];
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...environment, [childMark]: '1' },
  });
  const lastWords = child.stderr;
  lastWords?.pipe(process.stderr, { end: false });
  return await new Promise<number>((resolve) => {
    child.once('message', () => {
      if (child.pid !== undefined) handOver(process.env, child.pid);
      child.disconnect();
      child.unref();
      // Read to here, what the daemon said before it was ready has arrived: one pipe, one writer.
      setImmediate(() => {
        lastWords?.destroy();
        resolve(0);
      });
    });
    child.once('error', (error) => {
      process.stderr.write(`ftpd: unable to start the daemon: ${error.message}\n`);
      resolve(1);
    });
    // `close` and not `exit`: its last words are still in the pipe.
    child.once('close', (code, signal) => {
      if (signal !== null) process.stderr.write(`ftpd: the daemon was ended by ${signal} while it started\n`);
      resolve(code ?? 1);
    });
  });
}

let hasReported = false;

/** Tells the parent that the daemon serves, and cuts the ties to it. */
export function reportReady(): void {
  hasReported = true;
  delete process.env[childMark];
  if (process.send === undefined) return;
  process.send('ready', () => {
    if (process.connected) process.disconnect();
  });
}

/** A daemon whose parent was interrupted before it was ready must not stay. */
export function endWithParent(): void {
  process.once('disconnect', () => {
    if (!hasReported) process.exit(1);
  });
}
