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
  async function make(plan: SocketPlan): Promise<Held<Listening> | undefined> {
    try {
      return { plan, ...(await makeSocketFile(plan, current?.file, listen)) };
    } catch (error) {
      tell(error);
      return undefined;
    }
  }

  function tell(error: unknown): void {
    if (!(error instanceof ControlSocketError)) throw error;
    log('error', `mod_ctrls: ${error.message}`);
  }

  /** Brings it to its place, and leaves the one before. */
  function place(next: Held<Listening> | undefined): void {
    const before = current;
    current = next;
    if (next !== undefined) {
      try {
        current = { ...next, file: next.file.move(next.plan.path) };
      } catch (error) {
        tell(error);
      }
    }
    // Where it had the same place, the file is not its own any more.
    drop(before);
  }

  return {
    get file() {
      return current?.file;
    },
    async prepare(plan) {
      const before = current;
      if (before !== undefined && plan !== undefined && isSame(before, plan))
        return { listening: before.listening, settle: () => undefined };
      const made = plan === undefined ? undefined : await make(plan);
      const stays = made === undefined && plan?.path === before?.plan.path && before?.file.isThere() === true;
      const next = stays ? before : made;
      return {
        listening: next?.listening,
        settle(isTaken) {
          if (next === before) return;
          if (isTaken) place(next);
          else drop(next);
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
