import type { ServerLog } from '@ftpd/server';
import type { ServingIdentity } from '../identity.ts';
import { createBackOff } from './back-off.ts';
import { messageToKeeper, type Answer, type MessageToKeeper } from './messages.ts';
import { createDispatcher, type DispatcherOptions } from './dispatcher.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

export interface SupervisorOptions extends Pick<DispatcherOptions, 'requests' | 'context'> {
  readonly identity: ServingIdentity;
  /** Arguments of the program. */
  readonly args: readonly string[];
  readonly log: ServerLog;
  /** A new server is there and has nothing to serve with yet. */
  readonly provide: (server: ServerProcess) => void;
  readonly onMessage: (message: Exclude<MessageToKeeper, { readonly type: 'ask' }>) => void;
  /** A server ended. @returns whether another is to be started. */
  readonly onEnd: (how: string) => boolean;
}

/** Keeps a server running. */
export interface Supervisor {
  start(): void;
  /** Undefined: between two of them. */
  readonly server: ServerProcess | undefined;
  /** Ends the server at once, and starts no other. */
  stop(): void;
}

/** Malformed messages, until the server is taken for gone wrong. */
const maxMalformed = 100;

export function createSupervisor({
  identity,
  args,
  requests,
  context,
  log,
  provide,
  onMessage,
  onEnd,
}: SupervisorOptions): Supervisor {
  const backOff = createBackOff();
  let server: ServerProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function start(): void {
    const startedAtMs = performance.now();
    let malformed = 0;
    const dispatcher = createDispatcher({ requests, context, log, answer });
    const started = startServerProcess({
      identity,
      args,
      onMessage(value) {
        const message = messageToKeeper(value);
        if (message?.type === 'ask') dispatcher.take(message);
        else if (message !== undefined) onMessage(message);
        else if ((malformed += 1) === 1) log('warning', 'keeper: the server sent a malformed message');
        else if (malformed > maxMalformed) started.kill();
      },
      onEnd(how) {
        if (server === started) server = undefined;
        dispatcher.end();
        if (!onEnd(how) || isStopped) return;
        const delayMs = backOff.next(performance.now() - startedAtMs);
        log('error', `the server (pid ${started.pid ?? '?'}) ${how}; another is started in ${delayMs} ms`);
        timer = setTimeout(start, delayMs);
      },
    });
    server = started;
    provide(started);

    function answer(id: number, outcome: Parameters<DispatcherOptions['answer']>[1]): void {
      if ('error' in outcome) {
        const { code, message: text } = outcome.error;
        started.send({ type: 'answer', id, error: { code, text }, packet: 0, descriptorCount: 0 });
        return;
      }
      const { value, descriptors } = outcome;
      started.sendWith(descriptors, (packet): Answer => ({ type: 'answer', id, value, ...packet }));
    }
  }

  return {
    start,
    get server() {
      return server;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      server?.kill();
    },
  };
}
