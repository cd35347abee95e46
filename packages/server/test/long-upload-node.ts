/** Takes one long upload in the clear and one over TLS, with the Node.js that runs this, and tells how. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket, createSecureContext } from 'node:tls';
import { createBufferPool } from '../src/transfer/buffer-pool.ts';
import { receive } from '../src/transfer/receive.ts';

export interface LongUploadReport {
  readonly isSame: boolean;
  /** How many of the chunks lay in buffers of the pool. */
  readonly inSlabs: number;
  readonly chunks: number;
}

const [certFile = '', keyFile = ''] = process.argv.slice(2);
const secureContext = createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
const sent = Buffer.alloc(12_000_000, 'what a client sends. ');
const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const slabBytes = createBufferPool(1e8).take()[0]!.length;

async function upload(isTls: boolean): Promise<LongUploadReport> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = isTls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.end(sent);
  const raw = await accepted;
  const socket = isTls ? new TLSSocket(raw, { isServer: true, secureContext }) : raw;
  const received: Buffer[] = [];
  let inSlabs = 0;
  const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const chunk of chunks) received.push(Buffer.from(chunk));
    inSlabs += chunks.filter(({ buffer }) => buffer.byteLength === slabBytes).length;
  };
  await receive(sink, socket, () => {}, undefined, createBufferPool(1e8));
  socket.destroy();
  client.destroy();
  server.close();
  return {
    isSame: digestOf(Buffer.concat(received)) === digestOf(sent),
    inSlabs,
    chunks: received.length,
  };
}

console.log(JSON.stringify({ clear: await upload(false), tls: await upload(true) }));
