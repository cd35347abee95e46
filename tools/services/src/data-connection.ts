import { once } from 'node:events';
import { connect, createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ControlClient } from './control-client.ts';
import { within } from './deadline.ts';

/** How client and server agree on the data connection. */
export type DataSetup = 'PASV' | 'EPSV' | 'PORT' | 'EPRT';

const DATA_DEADLINE_MS = 5_000;

/** One data connection, before or after it is open. */
export interface DataConnection {
  /** Sends the bytes and ends the stream. */
  upload(bytes: string | Uint8Array): Promise<void>;
  /** All bytes until the server ends the stream. */
  download(): Promise<Buffer>;
  /** The open socket. */
  socket(): Promise<Socket>;
  destroy(): void;
}

/** A reset counts as an end too: `events.once` would throw at it. */
async function closeOf(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

function over(socket: Promise<Socket>, server?: Server): DataConnection {
  const opened = within(socket, DATA_DEADLINE_MS, 'data connection');
  opened.catch(() => undefined);
  return {
    socket: () => opened,
    async upload(bytes) {
      const data = await opened;
      data.resume();
      data.end(bytes);
      await within(closeOf(data), DATA_DEADLINE_MS, 'end of the upload');
    },
    async download() {
      const data = await opened;
      const chunks: Buffer[] = [];
      data.on('data', (chunk) => chunks.push(chunk));
      await within(closeOf(data), DATA_DEADLINE_MS, 'end of the download');
      return Buffer.concat(chunks);
    },
    destroy() {
      server?.close();
      opened.then((data) => data.destroy()).catch(() => undefined);
    },
  };
}

/** The port in a reply to PASV or EPSV. @throws Error when there is none. */
export function passivePort(text: string): number {
  const extended = /\(\|\|\|(\d+)\|\)/.exec(text);
  if (extended !== null) return Number(extended[1]);
  const old = /\((\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\)/.exec(text);
  if (old === null) throw new Error(`no port in ${JSON.stringify(text)}`);
  return Number(old[5]) * 256 + Number(old[6]);
}

/** Connects to a port of the server; `localAddress` pretends to be another host. */
export async function connectData(host: string, port: number, localAddress?: string): Promise<Socket> {
  const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
  await within(once(socket, 'connect'), DATA_DEADLINE_MS, `data connection to ${host}:${port}`);
  socket.on('error', () => undefined);
  return socket;
}

/** The argument of PORT for an IPv4 address. */
export function portArgument(address: string, port: number): string {
  return [...address.split('.'), port >> 8, port & 255].join(',');
}

/** The argument of EPRT (RFC 2428 §2). */
export function eprtArgument(address: string, port: number): string {
  return `|${isIPv6(address) ? 2 : 1}|${address}|${port}|`;
}

/** Asks the server for, or offers it, a data connection. The transfer command comes after. */
export async function openData(control: ControlClient, setup: DataSetup = 'EPSV'): Promise<DataConnection> {
  if (setup === 'PASV' || setup === 'EPSV') {
    const reply = await control.ask(setup, setup === 'PASV' ? 227 : 229);
    return over(connectData(control.remoteAddress, passivePort(reply.text)));
  }
  const address = control.localAddress.replace(/^::ffff:/, '');
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection').then(([socket]) => {
    server.close();
    (socket as Socket).on('error', () => undefined);
    return socket as Socket;
  });
  const argument = setup === 'PORT' ? portArgument(address, port) : eprtArgument(address, port);
  await control.ask(`${setup} ${argument}`, 200);
  return over(accepted, server);
}
