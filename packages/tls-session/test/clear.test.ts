import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  makeCertificates,
  removeFolder,
  secureClearably,
  temporaryFolder,
  within,
  type ClearableTls,
} from '@ftpd/test-services';
import {
  createTlsEndpoint,
  createTlsSessions,
  isTlsError,
  upgradeToTls,
  type UpgradedConnection,
} from '@ftpd/tls-session';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endAll, ends } from './upgrading.ts';

let folder: string;
let context: { readonly cert: Buffer; readonly key: Buffer };

beforeAll(async () => {
  folder = temporaryFolder('clear-');
  const files = await makeCertificates(folder);
  context = { cert: await readFile(files.serverCert), key: await readFile(files.serverKey) };
}, 30_000);

afterAll(() => removeFolder(folder));
afterEach(endAll);

interface Pair {
  readonly server: UpgradedConnection;
  readonly client: ClearableTls;
  readonly raw: Socket;
}

interface Listening {
  readonly port: number;
  readonly accepted: Promise<Socket>;
  readonly upgrade: (raw: Socket) => Promise<UpgradedConnection>;
}

async function listen(): Promise<Listening> {
  const sessions = createTlsSessions();
  const endpoint = createTlsEndpoint({ context, sessions });
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  ends.push(async () => {
    listener.close();
    endpoint.close();
    await sessions.close();
  });
  return {
    port: (listener.address() as AddressInfo).port,
    accepted: once(listener, 'connection').then(([raw]: Socket[]) => {
      ends.push(() => raw!.destroy());
      return raw!;
    }),
    upgrade: (raw) => upgradeToTls(raw, { choose: () => endpoint, canBeCleared: true, timeoutMs: 5000 }),
  };
}

function near(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  ends.push(() => socket.destroy());
  return socket;
}

async function pair(): Promise<Pair> {
  const { port, accepted, upgrade } = await listen();
  const securing = secureClearably(near(port), { rejectUnauthorized: false });
  const raw = await accepted;
  const server = await upgrade(raw);
  return { server, client: await securing, raw };
}

async function read(socket: Socket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
  });
  socket.resume();
  while (length < count) await within(once(socket, 'data'), 5000, 'data');
  return Buffer.concat(chunks);
}

describe('a connection that can be cleared', () => {
  it('carries what is more than any buffer, both ways', async () => {
    const { server, client } = await pair();
    const bytes = Buffer.alloc(4 * 1024 * 1024, 'abcdefg');
    server.socket.pipe(server.socket);
    client.socket.write(bytes);
    expect((await read(client.socket, bytes.length)).equals(bytes)).toBe(true);
  });

  it('is none when the client has gone before its tickets could be sent', async () => {
    const { port, accepted, upgrade } = await listen();
    const raw = near(port);
    const client = connectTls({ socket: raw, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    client.on('error', () => {});
    // The last words of its handshake are on their way then, and its end comes with them.
    client.once('secureConnect', () => setImmediate(() => raw.resetAndDestroy()));
    const error = await upgrade(await accepted).catch((failure: unknown) => failure);
    expect(isTlsError(error, 'TLS_CLIENT_GONE')).toBe(true);
  });

  it('goes on in clear, with what was written before encrypted', async () => {
    const { server, client, raw } = await pair();
    const farewell = Buffer.alloc(200_000, 'x');
    server.socket.write(farewell);
    const cleared = server.clear!();
    expect((await read(client.socket, farewell.length)).equals(farewell)).toBe(true);
    const near = await client.clear(true);
    near.write('PWD');
    const socket = await cleared;
    expect(socket).toBe(raw);
    expect((await read(socket, 3)).toString()).toBe('PWD');
    socket.write('257');
    expect((await read(near, 3)).toString()).toBe('257');
  });

  it('ends when the client goes on in TLS', async () => {
    const { server, client, raw } = await pair();
    const cleared = server.clear!().catch((error: unknown) => error);
    client.socket.write('more');
    expect(isTlsError(await cleared, 'TLS_NOT_CLEARED')).toBe(true);
    expect(raw.destroyed).toBe(true);
  });

  it('ends when the client goes, or nobody waits any more', async () => {
    const gone = await pair();
    const lost = gone.server.clear!().catch((error: unknown) => error);
    gone.client.raw.destroy();
    expect(isTlsError(await lost, 'TLS_CLIENT_GONE')).toBe(true);
    const given = await pair();
    const controller = new AbortController();
    const waiting = given.server.clear!(controller.signal).catch((error: unknown) => error);
    controller.abort(new Error('enough'));
    expect(await waiting).toBe(controller.signal.reason);
    expect([gone.raw.destroyed, given.raw.destroyed]).toEqual([true, true]);
  });

  it('ends as any other where TLS is not cleared', async () => {
    const { server, client } = await pair();
    const over = once(client.raw, 'close');
    server.socket.resume();
    server.socket.end('bye');
    expect((await read(client.socket, 3)).toString()).toBe('bye');
    client.socket.end();
    client.raw.end();
    await within(over, 5000, 'the end');
    expect(client.raw.readableEnded || client.raw.destroyed).toBe(true);
  });
});
