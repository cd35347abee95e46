import { createServer, type Server, type Socket } from 'node:net';
import type { PortRange } from '../settings.ts';

/**
 * How long the right connection is still waited for after one that was reset before it could be asked who it was:
 * it may have been the client's, and then nothing else comes, or a stranger's, who must not use the port up.
 */
const resetGraceMs = 1000;

const connectionReset = Object.assign(new Error('the data connection was reset before it was used'), {
  code: 'ECONNRESET',
});

type Outcome = { readonly socket: Socket } | { readonly failure: Error };

/** Ports of a range that are tried before the client is told that there is none. */
const maxTries = 128;

export interface PassiveOptions {
  /** Numeric address that the client reached on its control connection. */
  readonly localAddress: string;
  /** Absent: any free port. */
  readonly ports?: PortRange;
  /** Whether this peer may have the connection; others are closed and the listener goes on waiting. */
  readonly isPeerAllowed: (address: string) => boolean;
  /** From 0 to below 1, where in the range the search begins. */
  readonly random?: () => number;
}

/** A port that waits for the one data connection of a PASV or EPSV. */
export interface PassiveListener {
  readonly port: number;
  /** The connection, when it is there. One caller at a time. @throws the reason when the signal ends first. */
  accept(signal: AbortSignal): Promise<Socket>;
  close(): void;
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function bind(
  server: Server,
  { localAddress, ports, random = Math.random }: PassiveOptions,
): Promise<void> {
  if (!ports) return listenOn(server, localAddress, 0);
  const size = ports.to - ports.from + 1;
  const start = Math.floor(random() * size);
  let failure: unknown;
  for (let tries = 0; tries < Math.min(size, maxTries); tries++) {
    try {
      return await listenOn(server, localAddress, ports.from + ((start + tries) % size));
    } catch (error) {
      failure = error;
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
    }
  }
  throw failure;
}

/** @throws the system's error when no port could be had. */
export async function openPassiveListener(options: PassiveOptions): Promise<PassiveListener> {
  const server = createServer({ pauseOnConnect: true, noDelay: false });
  await bind(server, options);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP listener has a port');

  let outcome: Outcome | undefined;
  let settle: ((outcome: Outcome) => void) | undefined;
  let grace: NodeJS.Timeout | undefined;
  const conclude = (concluded: Outcome): void => {
    outcome ??= concluded;
    clearTimeout(grace);
    server.close();
    settle?.(outcome);
  };
  server.on('connection', (socket) => {
    // One that breaks before it is asked for is given out broken, so that its transfer fails at once.
    socket.on('error', () => {});
    const { remoteAddress } = socket;
    if (outcome === undefined && remoteAddress === undefined) {
      grace ??= setTimeout(() => conclude({ failure: connectionReset }), resetGraceMs);
    }
    if (outcome || remoteAddress === undefined || !options.isPeerAllowed(remoteAddress)) socket.destroy();
    else conclude({ socket });
  });
  server.on('error', (failure) => conclude({ failure }));

  return {
    port: address.port,
    accept: (signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          settle = undefined;
          reject(signal.reason as Error);
        };
        const give = (concluded: Outcome): void => {
          signal.removeEventListener('abort', abort);
          if ('socket' in concluded) resolve(concluded.socket);
          else reject(concluded.failure);
        };
        if (signal.aborted) return abort();
        if (outcome) return give(outcome);
        settle = give;
        signal.addEventListener('abort', abort, { once: true });
      }),
    close() {
      clearTimeout(grace);
      server.close();
      if (outcome && 'socket' in outcome && !settle) outcome.socket.destroy();
    },
  };
}
