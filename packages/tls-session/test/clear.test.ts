import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
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

async function pair(): Promise<Pair> {
  const sessions = createTlsSessions();
  const endpoint = createTlsEndpoint({ context, sessions });
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  ends.push(async () => {
    listener.close();
    endpoint.close();
    await sessions.close();
  });
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const near = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1' });
  near.on('error', () => {});
  const securing = secureClearably(near, { rejectUnauthorized: false });
  const [raw] = await accepted;
  ends.push(() => near.destroy());
  ends.push(() => raw.destroy());
  const server = await upgradeToTls(raw, { choose: () => endpoint, canBeCleared: true, timeoutMs: 5000 });
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
