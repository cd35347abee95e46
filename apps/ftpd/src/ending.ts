import type { ServerLog } from '@ftpd/server';

/** After SIGTERM: how long transfers may go on, and when the process ends whatever happens. */
export const drainMs = 1200;
export const endMs = 1700;

export interface EndingSteps {
  readonly reason: string;
  readonly log: ServerLog;
  /** Lets transfers end for so long, then ends all sessions. */
  readonly close: (drainMs: number) => Promise<void>;
  readonly finish: () => void;
}

/** The end of a daemon, which is begun once. */
export interface Ending {
  /** The exit code. */
  readonly ended: Promise<number>;
  hasBegun(): boolean;
  begin(steps: EndingSteps): void;
  finish(code: number): void;
}

export function ending(): Ending {
  let hasBegun = false;
  let resolveEnded: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    resolveEnded = resolve;
  });
  return {
    ended,
    hasBegun: () => hasBegun,
    begin({ reason, log, close, finish }) {
      if (hasBegun) return;
      hasBegun = true;
      log('notice', reason);
      setTimeout(finish, endMs).unref();
      close(drainMs).then(finish, (error: unknown) => {
        log('error', `closing failed: ${String(error)}`);
        finish();
      });
    },
    finish: (code) => resolveEnded(code),
  };
}
