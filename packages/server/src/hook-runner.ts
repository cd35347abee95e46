import { reply, type Reply } from '@ftpd/protocol';
import type { Command, HookContext, Hooks, ServerLog, TransferRecord } from './hooks.ts';
import type { EndReason, SessionView } from './session-view.ts';

/** How long a hook may take; then `pre` refuses and the others are given up. */
const deadlineMs = 10_000;

const giveUpReply = reply(450, 'Requested action not taken: try again later');

const timedOut: unique symbol = Symbol('timed out');

type Kind = Exclude<keyof Hooks, 'name'>;
type Having<K extends Kind> = Hooks & { readonly [kind in K]-?: NonNullable<Hooks[kind]> };
/** What a hook may answer, and that it failed. */
type Answer<T> = T | undefined | typeof timedOut;

/** Where a hook that fails must not become an open door. */
const guards: ReadonlySet<Kind> = new Set<Kind>(['connect', 'host', 'pre']);

/** Few hooks look at their signal, and each command goes past many. */
class OwnContext implements HookContext {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  end(): void {
    (this.#controller ??= new AbortController()).abort();
  }
}

/** Runs the hooks of all modules in their order; one that fails or is late is logged and never ends a session. */
export class HookRunner {
  readonly #log: ServerLog;
  /** By what they have: most modules have little, and each command asks for all. */
  readonly #having: { readonly [K in Kind]: readonly Having<K>[] };

  constructor(all: readonly Hooks[], log: ServerLog) {
    this.#log = log;
    const having = <K extends Kind>(kind: K): readonly Having<K>[] =>
      all.filter((hooks): hooks is Having<K> => hooks[kind] !== undefined);
    this.#having = {
      connect: having('connect'),
      host: having('host'),
      rewrite: having('rewrite'),
      pre: having('pre'),
      post: having('post'),
      postError: having('postError'),
      log: having('log'),
      logError: having('logError'),
      transfer: having('transfer'),
      login: having('login'),
      end: having('end'),
    };
  }

  async connect(session: SessionView): Promise<Reply | undefined> {
    for (const hooks of this.#having.connect) {
      const asked = this.#ask(session, hooks, 'connect', (context) => hooks.connect(session, context));
      const decision = asked instanceof Promise ? await asked : asked;
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  async host(session: SessionView): Promise<Reply | undefined> {
    for (const hooks of this.#having.host) {
      const decision = await this.#ask(session, hooks, 'host', (context) => hooks.host(session, context));
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  /** @returns the argument as the modules leave it. */
  async rewrite(session: SessionView, command: Command): Promise<string> {
    let { argument } = command;
    for (const hooks of this.#having.rewrite) {
      const current: Command = { ...command, argument };
      const asked = this.#ask(session, hooks, 'rewrite', (context) =>
        hooks.rewrite(session, current, context),
      );
      const changed = asked instanceof Promise ? await asked : asked;
      if (typeof changed === 'string') argument = changed;
    }
    return argument;
  }

  async pre(session: SessionView, command: Command): Promise<Reply | undefined> {
    for (const hooks of this.#having.pre) {
      const asked = this.#ask(session, hooks, 'pre', (context) => hooks.pre(session, command, context));
      const decision = asked instanceof Promise ? await asked : asked;
      if (decision === timedOut) return giveUpReply;
      if (decision) return decision;
    }
    return undefined;
  }

  /** @returns the reply with the lines that modules add, and tells the loggers. */
  async after(session: SessionView, command: Command, result: Reply): Promise<Reply> {
    const hasFailed = result.code >= 400;
    const complete = hasFailed ? result : await this.#post(session, command, result);
    if (hasFailed) {
      for (const hooks of this.#having.postError) {
        const asked = this.#ask(session, hooks, 'postError', (context) =>
          hooks.postError(session, command, result, context),
        );
        if (asked instanceof Promise) await asked;
      }
      for (const hooks of this.#having.logError)
        this.#guard(session, hooks, 'logError', () => hooks.logError(session, command, complete));
    } else {
      for (const hooks of this.#having.log)
        this.#guard(session, hooks, 'log', () => hooks.log(session, command, complete));
    }
    return complete;
  }

  async #post(session: SessionView, command: Command, result: Reply): Promise<Reply> {
    const added: string[] = [];
    for (const hooks of this.#having.post) {
      const asked = this.#ask(session, hooks, 'post', (context) =>
        hooks.post(session, command, result, context),
      );
      const lines = asked instanceof Promise ? await asked : asked;
      if (Array.isArray(lines)) added.push(...(lines as readonly string[]));
    }
    return added.length === 0 ? result : { code: result.code, lines: [...added, ...result.lines] };
  }

  async login(session: SessionView): Promise<void> {
    for (const hooks of this.#having.login)
      await this.#ask(session, hooks, 'login', () => hooks.login(session));
  }

  transfer(session: SessionView, record: TransferRecord): void {
    for (const hooks of this.#having.transfer)
      this.#guard(session, hooks, 'transfer', () => hooks.transfer(session, record));
  }

  end(session: SessionView, reason: EndReason): void {
    for (const hooks of this.#having.end)
      this.#guard(session, hooks, 'end', () => hooks.end(session, reason));
  }

  #guard(session: SessionView, hooks: Hooks, what: Kind, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#complain(session, hooks, what, error);
    }
  }

  #complain(session: SessionView, hooks: Hooks, what: Kind, error: unknown): void {
    this.#log('error', `module ${hooks.name}: hook ${what} failed: ${String(error)}`, session);
  }

  #fail(session: SessionView, hooks: Hooks, what: Kind, error: unknown): typeof timedOut | undefined {
    this.#complain(session, hooks, what, error);
    return guards.has(what) ? timedOut : undefined;
  }

  /** What is answered at once is not waited for. */
  #ask<T>(
    session: SessionView,
    hooks: Hooks,
    what: Kind,
    run: (context: HookContext) => T | Promise<T>,
  ): Answer<T> | Promise<Answer<T>> {
    try {
      const context = new OwnContext();
      const running = run(context);
      return running instanceof Promise ? this.#within(session, hooks, what, running, context) : running;
    } catch (error) {
      return this.#fail(session, hooks, what, error);
    }
  }

  async #within<T>(
    session: SessionView,
    hooks: Hooks,
    what: Kind,
    running: Promise<T>,
    context: OwnContext,
  ): Promise<Answer<T>> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<typeof timedOut>((resolve) => {
        timer = setTimeout(resolve, deadlineMs, timedOut);
      });
      const result = await Promise.race([running, late]);
      if (result === timedOut) {
        this.#complain(session, hooks, what, 'no answer in time');
        context.end();
      }
      return result;
    } catch (error) {
      return this.#fail(session, hooks, what, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
