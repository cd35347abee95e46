import { createServer, type Server, type Socket } from 'node:net';
import type { PortRange } from '../settings.ts';

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

  let arrived: Socket | undefined;
  let deliver: ((socket: Socket) => void) | undefined;
  server.on('connection', (socket) => {
    // One that breaks before it is asked for is given out broken, so that its transfer fails at once.
    socket.on('error', () => {});
    if (arrived || !options.isPeerAllowed(socket.remoteAddress ?? '')) {
      socket.destroy();
      return;
    }
    arrived = socket;
    server.close();
    deliver?.(socket);
  });
  server.on('error', () => server.close());

  return {
    port: address.port,
    accept: (signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          deliver = undefined;
          reject(signal.reason as Error);
        };
        if (signal.aborted) return abort();
        const take = (socket: Socket): void => {
          signal.removeEventListener('abort', abort);
          arrived = undefined;
          resolve(socket);
        };
        if (arrived) return take(arrived);
        deliver = take;
        signal.addEventListener('abort', abort, { once: true });
      }),
    close() {
      server.close();
      arrived?.destroy();
      arrived = undefined;
    },
  };
}
