import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readHeader, opcodes } from '../src/wire.ts';

/** One request as it came over the wire. */
export interface FakeRequest {
  readonly opcode: number;
  readonly opaque: number;
  readonly cas: bigint;
  readonly extras: Buffer;
  readonly key: string;
  readonly value: Buffer;
  /** All of it. */
  readonly bytes: Buffer;
}

export interface FakeServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** What came so far, greetings included. */
  readonly requests: FakeRequest[];
  /** How many connections were made so far. */
  connections(): number;
  /** Ends the connections there are. */
  reset(): void;
  stop(): Promise<void>;
}

export interface FakeAnswer {
  readonly opcode: number;
  readonly opaque: number;
  readonly status?: number;
  readonly extras?: Buffer;
  readonly key?: string;
  readonly value?: string | Buffer;
  readonly cas?: bigint;
}

const HEADER_BYTES = 24;

export function encodeAnswer({
  opcode,
  opaque,
  status = 0,
  extras = Buffer.alloc(0),
  key = '',
  value = '',
  cas = 1n,
}: FakeAnswer): Buffer {
  const body = Buffer.concat([extras, Buffer.from(key), Buffer.from(value)]);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt8(0x81, 0);
  head.writeUInt8(opcode, 1);
  head.writeUInt16BE(Buffer.byteLength(key), 2);
  head.writeUInt8(extras.length, 4);
  head.writeUInt16BE(status, 6);
  head.writeUInt32BE(body.length, 8);
  head.writeUInt32BE(opaque, 12);
  head.writeBigUInt64BE(cas, 16);
  return Buffer.concat([head, body]);
}

/** The answer to a GETK: the key again, and a value. */
export function hit(request: FakeRequest, value: string | Buffer): Buffer {
  return encodeAnswer({ ...request, extras: Buffer.alloc(4), cas: 1n, value });
}

/**
 * A memcached that misbehaves as a test wants it to. It answers NOOP by itself, so that connections come about.
 * @param onRequest - Called for every other request.
 */
export async function startFakeServer(
  onRequest: (request: FakeRequest, socket: Socket) => void,
): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const requests: FakeRequest[] = [];
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const request = readRequest(held);
        if (request === undefined) return;
        held = held.subarray(request.bytes.length);
        requests.push(request);
        if (request.opcode === opcodes.NOOP) socket.write(encodeAnswer({ ...request, key: '', value: '' }));
        else onRequest(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    reset,
    async stop() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readRequest(bytes: Buffer): FakeRequest | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const { opcode, opaque, cas, extrasLength, keyLength, totalBodyLength } = readHeader(bytes);
  const end = HEADER_BYTES + totalBodyLength;
  if (bytes.length < end) return undefined;
  const keyAt = HEADER_BYTES + extrasLength;
  return {
    opcode,
    opaque,
    cas: cas.readBigUInt64BE(0),
    extras: bytes.subarray(HEADER_BYTES, keyAt),
    key: bytes.toString('latin1', keyAt, keyAt + keyLength),
    value: bytes.subarray(keyAt + keyLength, end),
    bytes: bytes.subarray(0, end),
  };
}
