import { createServer, type Server, type Socket } from 'node:net';
import type { ControlAnswer, ControlClient, ModuleContext } from '@ftpd/module';
import type { Composition } from '../composition.ts';
import { createModuleLog } from '../log/module-log.ts';
import { controlsLog, controlsSocketAcl } from '../modules/ctrls/ctrls-rows.ts';
import { mayAct } from './access.ts';
import { createActionRegistry } from './action-registry.ts';
import type { IdentifyClient } from './client-identity.ts';
import { serveControlConnection, type ConnectionLimits } from './control-connection.ts';
import type { ActionRegistry } from './registered-actions.ts';
import type { RequestFrame } from './request-frame.ts';

/** Answers ftpdctl. */
export interface ControlService {
  /** Answers by this configuration from here on: its actions, and who may ask for them. */
  follow(composition: Pick<Composition, 'main' | 'modules' | 'moduleContext'>): void;
  /** Answers on this socket from here on, and no more on the one before. Undefined: on none. */
  listen(server: Server | undefined): void;
  close(): void;
}

export interface ControlServiceOptions {
  readonly identify: IdentifyClient;
  /** Removes what a client of ProFTPD leaves behind. @param pid - Its process number. */
  readonly removeFileOf?: (pid: number) => void;
  /** Clients at once, > 0. */
  readonly maxClients?: number;
  /** How many of them may be clients that no line allows anything. */
  readonly maxStrangers?: number;
  readonly limits?: ConnectionLimits;
}

/** A socket that `listen` takes; it is to be told to listen. */
export function controlServer(): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true });
}

/** One that listens already. @param descriptor - Owned by the server from here on. */
export function givenControlSocket(descriptor: number): Server {
  return controlServer().listen({ fd: descriptor });
}

interface InForce {
  readonly registry: ActionRegistry;
  readonly context: ModuleContext;
  readonly main: Composition['main'];
}

const accessDenied: ControlAnswer = { status: 'access-denied', lines: ['access denied'] };
const internalError: ControlAnswer = { status: 'internal', lines: ['internal error: the log says more'] };

export function createControlService({
  identify,
  removeFileOf = () => {},
  maxClients = 16,
  maxStrangers = 4,
  limits,
}: ControlServiceOptions): ControlService {
  const log = createModuleLog('ControlsLog', 'mod_ctrls/0.9.5');
  let inForce: InForce | undefined;
  let server: Server | undefined;
  const clients = new Set<Socket>();
  const strangers = new Set<Socket>();

  function tell(text: string): void {
    log.write(inForce?.main.first(controlsLog), text);
    inForce?.context.trace('ctrls', 7, () => text);
  }

  /** The configuration is that of the moment at which the request is there. */
  async function answer(
    client: ControlClient,
    { action: name, args }: RequestFrame,
    signal: AbortSignal,
  ): Promise<ControlAnswer> {
    if (inForce === undefined) return internalError;
    const { registry, context, main } = inForce;
    if (!mayConnect(main, client)) return accessDenied;
    const found = registry.find(name);
    if (found === undefined) return { status: 'unsupported', lines: ['unsupported action requested'] };
    const { action } = found;
    const acls = action.acls === undefined ? [] : main.all(action.acls);
    if (!mayAct(acls, client, name) || !registry.isEnabled(found)) return accessDenied;
    try {
      return await action.run({ args, client, signal }, context);
    } catch (error) {
      context.log('error', `${found.module}: ${name}: ${String(error)}`);
      return internalError;
    }
  }

  /** Whether any line lets this client do anything: who may nothing must not take the places of those who may. */
  function isStranger(client: ControlClient): boolean {
    if (inForce === undefined || !mayConnect(inForce.main, client)) return true;
    const { registry, main } = inForce;
    return !registry.all.some(
      ({ action: { name, acls } }) => acls !== undefined && mayAct(main.all(acls), client, name),
    );
  }

  async function accept(socket: Socket): Promise<void> {
    if (clients.size >= maxClients) {
      socket.destroy();
      return;
    }
    clients.add(socket);
    socket.on('close', () => {
      clients.delete(socket);
      strangers.delete(socket);
    });
    // A name service may take its time; the place is not to be held for ever.
    const timer = setTimeout(() => socket.destroy(), identifyMs);
    const client = await identify(socket).finally(() => clearTimeout(timer));
    if (isStranger(client)) {
      strangers.add(socket);
      if (strangers.size > maxStrangers) socket.destroy();
    }
    if (socket.destroyed) return;
    const who = `${client.user ?? client.uid}/${client.groups[0] ?? client.gid} client`;
    tell(`accepted connection from ${who}`);
    await serveControlConnection(socket, {
      ...(limits === undefined ? {} : { limits }),
      onBadRequest: (reason) => tell(`recvd from ${who}: (invalid request: ${reason})`),
      answer: async (request, signal) => {
        if (request.form === 'words') removeFileOf(client.pid);
        tell(`recvd from ${who}: '${[request.action, ...request.args].join(' ')}'`);
        const given = await answer(client, request, signal);
        tell(`sent to ${who}: ${given.status}`);
        for (const line of given.lines.slice(0, maxLoggedLines)) tell(`sent to ${who}: '${line}'`);
        if (given.lines.length > maxLoggedLines)
          tell(`sent to ${who}: ${given.lines.length - maxLoggedLines} more lines`);
        return given;
      },
    });
    tell(`closed connection to ${who}`);
  }

  function onConnection(socket: Socket): void {
    // Until it is served, and whatever becomes of it.
    socket.on('error', () => undefined);
    accept(socket).catch((error: unknown) => {
      inForce?.context.log('error', `mod_ctrls: who connected is not known: ${String(error)}`);
      socket.destroy();
    });
  }

  return {
    follow({ main, modules, moduleContext }) {
      inForce = { registry: createActionRegistry(modules), context: moduleContext, main };
      log.follow(moduleContext.everywhere(controlsLog), moduleContext);
    },
    listen(next) {
      if (next === server) return;
      server?.close();
      server = next;
      server?.on('connection', onConnection);
      server?.unref();
    },
    close() {
      server?.close();
      server = undefined;
      for (const socket of clients) socket.destroy();
      log.close();
    },
  };
}

const maxLoggedLines = 50;
const identifyMs = 5000;

function mayConnect(main: Composition['main'], client: ControlClient): boolean {
  const acls = main.all(controlsSocketAcl);
  return acls.length === 0 || mayAct(acls, client);
}
