import { reply, type Reply } from '@ftpd/protocol';
import type { Command, Hooks, ServerLog, TransferRecord } from './hooks.ts';
import type { EndReason, SessionView } from './session-view.ts';

/** How long a hook may take; then `pre` refuses and the others are given up. */
const deadlineMs = 10_000;

const giveUpReply = reply(450, 'Requested action not taken: try again later');

const timedOut: unique symbol = Symbol('timed out');

/** Runs the hooks of all modules in their order; one that fails or is late is logged and never ends a session. */
export class HookRunner {
  readonly #all: readonly Hooks[];
  readonly #log: ServerLog;

  constructor(all: readonly Hooks[], log: ServerLog) {
    this.#all = all;
    this.#log = log;
  }

  async connect(session: SessionView): Promise<Reply | undefined> {
    for (const hooks of this.#all) {
      if (!hooks.connect) continue;
      const decision = await this.#within(session, hooks, 'connect', (signal) =>
        hooks.connect?.(session, { signal }),
      );
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  async host(session: SessionView): Promise<Reply | undefined> {
    for (const hooks of this.#all) {
      if (!hooks.host) continue;
      const decision = await this.#within(session, hooks, 'host', (signal) =>
        hooks.host?.(session, { signal }),
      );
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  /** @returns the argument as the modules leave it. */
  async rewrite(session: SessionView, command: Command): Promise<string> {
    let { argument } = command;
    for (const hooks of this.#all) {
      if (!hooks.rewrite) continue;
      const current: Command = { ...command, argument };
      const changed = await this.#within(session, hooks, 'rewrite', (signal) =>
        hooks.rewrite?.(session, current, { signal }),
      );
      if (typeof changed === 'string') argument = changed;
    }
    return argument;
  }

  async pre(session: SessionView, command: Command): Promise<Reply | undefined> {
    for (const hooks of this.#all) {
      if (!hooks.pre) continue;
      const decision = await this.#within(session, hooks, 'pre', (signal) =>
        hooks.pre?.(session, command, { signal }),
      );
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  /** @returns the reply with the lines that modules add, and tells the loggers. */
  async after(session: SessionView, command: Command, result: Reply): Promise<Reply> {
    const hasFailed = result.code >= 400;
    const added: string[] = [];
    for (const hooks of this.#all) {
      if (hasFailed && hooks.postError) {
        await this.#within(session, hooks, 'postError', (signal) =>
          hooks.postError?.(session, command, result, { signal }),
        );
      } else if (!hasFailed && hooks.post) {
        const lines = await this.#within(session, hooks, 'post', (signal) =>
          hooks.post?.(session, command, result, { signal }),
        );
        if (Array.isArray(lines)) added.push(...(lines as readonly string[]));
      }
    }
    const complete = added.length === 0 ? result : { code: result.code, lines: [...added, ...result.lines] };
    const name = hasFailed ? 'logError' : 'log';
    for (const hooks of this.#all)
      this.#guard(session, hooks, name, () => hooks[name]?.(session, command, complete));
    return complete;
  }

  async login(session: SessionView): Promise<void> {
    for (const hooks of this.#all) {
      if (hooks.login) await this.#within(session, hooks, 'login', () => hooks.login?.(session));
    }
  }

  transfer(session: SessionView, record: TransferRecord): void {
    for (const hooks of this.#all)
      this.#guard(session, hooks, 'transfer', () => hooks.transfer?.(session, record));
  }

  end(session: SessionView, reason: EndReason): void {
    for (const hooks of this.#all) this.#guard(session, hooks, 'end', () => hooks.end?.(session, reason));
  }

  #guard(session: SessionView, hooks: Hooks, what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#complain(session, hooks, what, error);
    }
  }

  #complain(session: SessionView, hooks: Hooks, what: string, error: unknown): void {
    this.#log('error', `module ${hooks.name}: hook ${what} failed: ${String(error)}`, session);
  }

  async #within<T>(
    session: SessionView,
    hooks: Hooks,
    what: string,
    run: (signal: AbortSignal) => T | Promise<T>,
  ): Promise<T | undefined | typeof timedOut> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const running = run(controller.signal);
      if (!(running instanceof Promise)) return running;
      const late = new Promise<typeof timedOut>((resolve) => {
        timer = setTimeout(resolve, deadlineMs, timedOut);
      });
      const result = await Promise.race([running, late]);
      if (result === timedOut) {
        this.#complain(session, hooks, what, 'no answer in time');
        controller.abort();
      }
      return result;
    } catch (error) {
      this.#complain(session, hooks, what, error);
      // A guard that fails must not become an open door.
      return what === 'pre' || what === 'connect' || what === 'host' ? timedOut : undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
