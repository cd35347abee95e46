import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { normaliseAddress, reply } from '@ftpd/protocol';
import { ControlConnection } from './control-connection.ts';
import { displayLines, serverDisplay } from './display-file.ts';
import { ServerError, type ServerErrorCode } from './errors.ts';
import { createEmit } from './emit.ts';
import { HookRunner } from './hook-runner.ts';
import type { LastingRefusal } from './hooks.ts';
import { connectionLimit } from './limits.ts';
import { createMemoryRegistry } from './memory-registry.ts';
import type { ConnectionFacts } from './policy.ts';
import type { ServerContext } from './server-context.ts';
import type { FtpServer, FtpServerOptions, ListeningAddress } from './server-options.ts';
import { Session } from './session.ts';
import { secureControl } from './tls/secure-control.ts';
import { createBufferPool } from './transfer/buffer-pool.ts';
import { createTurnedAwayClients } from './turned-away.ts';

const listenErrors: { readonly [code: string]: ServerErrorCode } = {
  EADDRINUSE: 'SERVER_ADDRESS_IN_USE',
  EADDRNOTAVAIL: 'SERVER_ADDRESS_NOT_AVAILABLE',
  EACCES: 'SERVER_DENIED',
};

const defaultBufferBytes = 64 * 1024 * 1024;

function contextOf(
  options: FtpServerOptions,
  shared: Pick<ServerContext, 'registry' | 'buffers' | 'isDraining'>,
): ServerContext {
  const log = options.log ?? (() => {});
  return {
    ...shared,
    policy: options.policy,
    storage: options.storage,
    hooks: new HookRunner(options.hooks ?? [], log),
    log,
    trace: options.trace ?? (() => {}),
    emit: createEmit(options.onEvent, log),
    now: options.now ?? Date.now,
    tls: options.tls,
    connectData: options.connectData ?? (() => Promise.resolve(undefined)),
  };
}

function factsOf(socket: Socket): ConnectionFacts | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (
    remoteAddress === undefined ||
    remotePort === undefined ||
    localAddress === undefined ||
    localPort === undefined
  )
    return undefined;
  return {
    remoteAddress: normaliseAddress(remoteAddress) ?? remoteAddress,
    remotePort,
    localAddress: normaliseAddress(localAddress) ?? localAddress,
    localPort,
  };
}

/** An FTP server over a policy and a storage; it listens when told to. */
export function createFtpServer(options: FtpServerOptions): FtpServer {
  let current = options;
  const registry = options.registry ?? createMemoryRegistry();
  const maxBufferBytes = options.maxTransferBufferBytes ?? defaultBufferBytes;
  const buffers = { send: createBufferPool(maxBufferBytes), receive: createBufferPool(maxBufferBytes) };
  const listeners = new Map<Server, ListeningAddress>();
  const running = new Set<Session>();
  const turnedAway = createTurnedAwayClients();
  let refusalText: string | undefined;
  let isClosed = false;
  const shared = { registry, buffers, isDraining: () => isClosed };
  let context = contextOf(current, shared);
  let nextId = 1;
  let onEmpty: (() => void) | undefined;

  const greet = async (session: Session, connection: ControlConnection, socket: Socket): Promise<void> => {
    const decision = await context.policy.connect(session);
    if (decision.outcome === 'refused') {
      session.end('refused', ...(decision.reply === undefined ? [] : [decision.reply]));
      return;
    }
    session.settings = decision.settings;
    session.className = decision.className;
    const isImplicit = session.context.tls?.isImplicit(session) === true;
    if (isImplicit) connection.mute();
    registry.enter(session);
    session.timers.start('login', decision.settings.timeouts.loginMs);
    session.timers.start('idle', decision.settings.timeouts.idleMs);
    // Counted at once, so that two connections can't take each other's place; a hook's refusal comes first, as in ProFTPD.
    const limit = connectionLimit(session);
    const refusal = await session.context.hooks.connect(session);
    if (refusal) {
      // With implicit TLS nothing is said in clear.
      if ('holds' in refusal && !isImplicit && session.context === context)
        turnedAway.note(socket, refusal as LastingRefusal, session.settings.usesRfc2228Multiline);
      return session.end('refused', refusal);
    }
    if (session.isEnded) return;
    await session.context.emit({ name: 'ClientConnectRate', session });
    if (limit) {
      await session.context.emit({ name: limit.event, session });
      return session.end('limit', limit.reply);
    }
    if (refusalText !== undefined) {
      const [text = ''] = displayLines(session, refusalText);
      return session.end('refused', reply(500, `FTP server shut down (${text}) -- please try again later`));
    }
    if (isImplicit) {
      if (!(await secureControl(session))) return;
      session.security.isDataPrivate = true;
    }
    const shown = await serverDisplay(session, session.settings.display.connect);
    const text = session.settings.isWelcomeDeferred
      ? `${session.localAddress} FTP server ready`
      : session.settings.greeting;
    session.write(reply(220, ...shown, text));
    connection.start(session);
  };

  const accept = (socket: Socket): void => {
    socket.on('error', () => {});
    if (!isClosed && turnedAway.turnAway(socket)) return;
    const facts = factsOf(socket);
    if (!facts || isClosed || running.size >= (current.maxSessions ?? Infinity)) {
      socket.destroy();
      if (facts && !isClosed)
        context.log(
          'warning',
          `connection from ${facts.remoteAddress} refused: MaxInstances (${current.maxSessions}) reached`,
        );
      return;
    }
    const connection = new ControlConnection(socket);
    const session = new Session(nextId++, facts, context, connection);
    connection.attach(session);
    running.add(session);
    socket.once('close', () => {
      session.end('client-closed');
      running.delete(session);
      if (running.size === 0) onEmpty?.();
    });
    greet(session, connection, socket).catch((error: unknown) => {
      context.log(
        'error',
        `a connection could not be served: ${String(error instanceof Error ? error.stack : error)}`,
        session,
      );
      session.end('internal-error', reply(421, 'Service not available, closing control connection'));
    });
  };

  return {
    sessions: registry,
    get addresses() {
      return [...listeners.values()];
    },
    listen({ port, host, backlog = 511, descriptor }) {
      if (isClosed) return Promise.reject(new ServerError('SERVER_CLOSED', 'listen'));
      return new Promise((resolve, reject) => {
        const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept);
        const about = descriptor === undefined ? `${host ?? '*'}:${port}` : `descriptor ${descriptor}`;
        listener.once('error', (cause: NodeJS.ErrnoException) => {
          reject(new ServerError(listenErrors[cause.code ?? ''] ?? 'SERVER_LISTEN_FAILED', about, { cause }));
        });
        const where =
          descriptor === undefined ? { port, ...(host === undefined ? {} : { host }) } : { fd: descriptor };
        listener.listen({ ...where, backlog }, () => {
          const { address, port: boundPort } = listener.address() as AddressInfo;
          const listening = { address, port: boundPort };
          listeners.set(listener, listening);
          // EMFILE and the like at an accept: the listener lives on.
          listener.on('error', (error) =>
            context.log('error', `accepting on ${about} failed: ${error.message}`),
          );
          resolve(listening);
        });
      });
    },
    async unlisten({ address, port }) {
      for (const [listener, listening] of listeners) {
        if (listening.address !== address || listening.port !== port) continue;
        listeners.delete(listener);
        listener.close();
      }
    },
    reconfigure(changes) {
      current = { ...current, ...changes };
      context = contextOf(current, shared);
      turnedAway.clear();
    },
    refuseSessions(text) {
      turnedAway.clear();
      refusalText = text;
    },
    async close({ drainMs = 0 } = {}) {
      isClosed = true;
      for (const listener of listeners.keys()) listener.close();
      listeners.clear();
      const farewell = reply(421, 'Service shutting down, closing control connection');
      const endAll = (): void => {
        for (const session of running) session.end('shutdown', farewell);
      };
      for (const session of running) if (!session.isTransferring) session.end('shutdown', farewell);
      if (running.size === 0) return;
      const timer = setTimeout(endAll, drainMs);
      await new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      clearTimeout(timer);
    },
  };
}
