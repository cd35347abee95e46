import { constants } from 'node:os';
import type { ServerLog } from '@ftpd/server';

export interface SignalActions {
  readonly reload: () => void;
  /** @param signal - Its number. */
  readonly end: (signal: number) => void;
  /** The second time: without waiting for anybody. */
  readonly endNow: () => void;
  readonly log: ServerLog;
}

/** Obeys signals, and keeps one session's error from ending all others. */
export function handleSignals({ reload, end, endNow, log }: SignalActions): void {
  let hasEnded = false;
  const terminate = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (hasEnded) endNow();
    else end(constants.signals[signal]);
    hasEnded = true;
  };
  process.on('SIGHUP', reload);
  process.on('SIGTERM', () => terminate('SIGTERM'));
  process.on('SIGINT', () => terminate('SIGINT'));
  surviveErrors(log);
}

/** For a process that another one ends: a terminal or a service manager sends its signals to both. */
export function leaveSignalsToKeeper(log: ServerLog): void {
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  surviveErrors(log);
}

function surviveErrors(log: ServerLog): void {
  // Node would open its debugger to everybody on this machine.
  process.on('SIGUSR1', () => undefined);
  process.on('SIGUSR2', () => undefined);
  const survive =
    (what: string) =>
    (error: unknown): void => {
      log('error', `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    };
  process.on('uncaughtException', survive('an error was not handled'));
  process.on('unhandledRejection', survive('a rejection was not handled'));
}
