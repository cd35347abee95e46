import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { within } from '@ftpd/test-services';
import {
  createTlsEndpoint,
  createTlsSessions,
  upgradeToTls,
  type TlsEndpointOptions,
  type UpgradedConnection,
} from '@ftpd/tls-session';

/** What a test has started, to be ended in the opposite order. */
export const ends: (() => unknown)[] = [];

export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

export type Outcome = UpgradedConnection | { readonly error: unknown };

export interface Upgrading {
  readonly port: number;
  /** What became of the next connection. */
  readonly next: () => Promise<Outcome>;
  /** What became of the next connection, as a data connection of another. */
  readonly nextData: (control: UpgradedConnection) => Promise<TLSSocket | { readonly error: unknown }>;
}

/** A server on a free port whose connections are upgraded one by one, as the test says. */
export async function startUpgrading(
  options: Omit<TlsEndpointOptions, 'sessions'> & {
    readonly sessions?: ReturnType<typeof createTlsSessions>;
    readonly names?: readonly string[];
  },
): Promise<Upgrading> {
  const { names, sessions = createTlsSessions(), ...rest } = options;
  const endpoint = createTlsEndpoint({ ...rest, sessions });
  const sockets: Socket[] = [];
  let wake: (() => void) | undefined;
  const server: Server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    wake?.();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.close();
    endpoint.close();
    await sessions.close();
  });
  const accept = async (): Promise<Socket> => {
    if (sockets.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const socket = sockets.shift()!;
    ends.push(() => socket.destroy());
    return socket;
  };
  return {
    port: (server.address() as AddressInfo).port,
    async next() {
      const socket = await accept();
      const choose = ({ hostName }: { readonly hostName: string | undefined }): typeof endpoint | undefined =>
        names && !names.includes(hostName ?? '') ? undefined : endpoint;
      return await upgradeToTls(socket, { choose, timeoutMs: 5000 }).catch((error: unknown) => ({ error }));
    },
    async nextData(control) {
      const socket = await accept();
      return await control.upgradeData(socket, { timeoutMs: 5000 }).catch((error: unknown) => ({ error }));
    },
  };
}

/** A client of TLS. */
export interface Client {
  readonly socket: TLSSocket;
  /** The newest session: with TLS 1.3 it comes behind the handshake. */
  session(): Promise<Buffer>;
}

/** Connects; throws the failure when there is no handshake. */
export async function connectClient(port: number, options: ConnectionOptions = {}): Promise<Client> {
  const raw = connect({ port, host: '127.0.0.1' });
  raw.on('error', () => {});
  const socket = connectTls({ rejectUnauthorized: false, ...options, socket: raw });
  ends.push(() => socket.destroy());
  let session: Buffer | undefined;
  socket.on('session', (given: Buffer) => {
    session = given;
  });
  await within(once(socket, 'secureConnect'), 5000, 'handshake');
  socket.on('error', () => {});
  socket.resume();
  return {
    socket,
    async session() {
      if (session === undefined) await within(once(socket, 'session'), 5000, 'session');
      return session!;
    },
  };
}
