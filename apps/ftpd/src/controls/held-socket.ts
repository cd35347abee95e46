import type { ServerLog } from '@ftpd/server';
import { ControlSocketError, makeSocketFile, type SocketFile } from './socket-file.ts';
import type { SocketPlan } from './socket-plan.ts';

/** The control socket of a daemon, through all its configurations. */
export interface HeldSocket<Listening> {
  /** Undefined: there is none. */
  readonly file: SocketFile | undefined;
  /**
   * Makes what a configuration wants, beside what is there. What can't be made is told and left out; then the one before
   * stays, if it is where it is wanted.
   */
  prepare(plan: SocketPlan | undefined): Promise<PreparedSocket<Listening>>;
  close(): void;
}

export interface PreparedSocket<Listening> {
  /** Undefined: there is none. */
  readonly listening: Listening | undefined;
  /** Leaves what is not wanted: the socket before, or this one. */
  settle(isTaken: boolean): void;
}

export interface HeldSocketOptions<Listening> {
  /** Binds before it returns. */
  readonly listen: (path: string) => Listening | Promise<Listening>;
  readonly leave: (listening: Listening) => void;
  readonly log: ServerLog;
}

interface Held<Listening> {
  readonly plan: SocketPlan;
  readonly file: SocketFile;
  readonly listening: Listening;
}

export function createHeldSocket<Listening>({
  listen,
  leave,
  log,
}: HeldSocketOptions<Listening>): HeldSocket<Listening> {
  let current: Held<Listening> | undefined;

  function drop(held: Held<Listening> | undefined): void {
    if (held === undefined) return;
    leave(held.listening);
    held.file.remove();
  }

  /** Undefined: it can't be made. */
  async function make(plan: SocketPlan, path: string): Promise<Held<Listening> | undefined> {
    try {
      return { plan, ...(await makeSocketFile({ ...plan, path }, listen)) };
    } catch (error) {
      if (!(error instanceof ControlSocketError)) throw error;
      log('error', `mod_ctrls: ${error.message}`);
      return undefined;
    }
  }

  return {
    get file() {
      return current?.file;
    },
    async prepare(plan) {
      const before = current;
      if (before !== undefined && plan !== undefined && isSame(before, plan))
        return { listening: before.listening, settle: () => undefined };
      // Its own place must not be empty meanwhile, nor be taken for another daemon's.
      const isReplaced = before !== undefined && plan?.path === before.plan.path && before.file.isThere();
      const next =
        plan === undefined
          ? undefined
          : ((await make(plan, isReplaced ? `${plan.path}.${process.pid}` : plan.path)) ??
            (isReplaced ? before : undefined));
      return {
        listening: next?.listening,
        settle(isTaken) {
          if (next === before) return;
          if (!isTaken) {
            drop(next);
            return;
          }
          if (isReplaced && next !== undefined) {
            leave(before.listening);
            current = { ...next, file: next.file.rename(next.plan.path) };
            return;
          }
          drop(before);
          current = next;
        },
      };
    },
    close() {
      drop(current);
      current = undefined;
    },
  };
}

function isSame<Listening>(held: Held<Listening>, plan: SocketPlan): boolean {
  return JSON.stringify(held.plan) === JSON.stringify(plan) && held.file.isThere();
}
