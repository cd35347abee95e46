import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peekClientHello, tls13, type ClientHello } from './client-hello.ts';

/** The first bytes that Node's own client sends with these options. */
async function helloBytes(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const raw = connect({ port, host: '127.0.0.1' });
  const client = connectTls({ ...options, socket: raw, rejectUnauthorized: false });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

function helloOf(bytes: Uint8Array): ClientHello {
  const peeked = peekClientHello(bytes);
  if (peeked.kind !== 'hello') throw new Error(JSON.stringify(peeked));
  return peeked.hello;
}

/** The same message in records of so many bytes. */
function inRecords(bytes: Buffer, size: number): Buffer {
  const message = bytes.subarray(5);
  const records: Buffer[] = [];
  for (let start = 0; start < message.length; start += size) {
    const part = message.subarray(start, start + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const vector16 = (content: Buffer): Buffer => Buffer.concat([uint16(content.length), content]);

/** A hello with these extensions. */
function helloWith(...extensions: readonly (readonly [type: number, content: Buffer])[]): Buffer {
  const body = Buffer.concat([
    uint16(0x0303),
    Buffer.alloc(32, 7),
    Buffer.from([0]),
    vector16(uint16(0x1301)),
    Buffer.from([1, 0]),
    vector16(
      Buffer.concat(extensions.map(([type, content]) => Buffer.concat([uint16(type), vector16(content)]))),
    ),
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), vector16(body)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), vector16(message)]);
}

const serverName = (name: string): Buffer =>
  vector16(Buffer.concat([Buffer.from([0]), vector16(Buffer.from(name, 'latin1'))]));

describe('peekClientHello', () => {
  it('reads what Node sends for TLS 1.3', async () => {
    const hello = helloOf(await helloBytes({ servername: 'Files.Example', ALPNProtocols: ['ftp', 'x'] }));
    expect(hello.hostName).toBe('files.example');
    expect(hello.alpn).toEqual(['ftp', 'x']);
    expect(hello.versions).toContain(tls13);
    expect(hello.versions).toContain(0x0303);
    expect(hello.sessionId).toHaveLength(32);
    expect(hello.pskIdentities).toEqual([]);
  });

  it('reads what Node sends for TLS 1.2 only', async () => {
    const hello = helloOf(await helloBytes({ maxVersion: 'TLSv1.2' }));
    expect(hello.versions).toEqual([0x0303]);
    expect(hello.hostName).toBeUndefined();
    expect(hello.alpn).toBeUndefined();
    expect(hello.ticket).toHaveLength(0);
  });

  it('gives the same however the stream is cut, and reads nothing behind it', async () => {
    const bytes = await helloBytes({ servername: 'files.example' });
    const whole = helloOf(bytes);
    for (let length = 0; length < bytes.length; length++)
      expect(peekClientHello(bytes.subarray(0, length))).toEqual({ kind: 'incomplete' });
    expect(helloOf(Buffer.concat([bytes, Buffer.from('USER x\r\n')]))).toEqual(whole);
    for (const size of [64, 100, 511]) {
      const cut = inRecords(bytes, size);
      expect(helloOf(cut)).toEqual(whole);
      for (let length = 0; length < cut.length; length += 7)
        expect(peekClientHello(cut.subarray(0, length)).kind).toBe('incomplete');
    }
  });

  it('takes names without a dot at their end, and in lower case', () => {
    expect(helloOf(helloWith([0, serverName('A.Example.')])).hostName).toBe('a.example');
  });

  it.each<[string, Buffer]>([
    ['a command in clear', Buffer.from('USER demo\r\n')],
    ['an alert', Buffer.from([21, 3, 1, 0, 2, 2, 40])],
    ['an old hello of SSL 2', Buffer.from([0x80, 0x2e, 1, 3, 1])],
    ['another version', Buffer.from([22, 2, 0, 0, 4])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a record that is too long', Buffer.from([22, 3, 1, 0x40, 1])],
    ['another message', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
    ['a message that is too long', Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0, 0])],
    ['a record for each byte', inRecords(helloWith([0, serverName('a.example')]), 1)],
    ['a name with a line end', helloWith([0, serverName('a\r\nb')])],
    ['an empty name', helloWith([0, serverName('')])],
    [
      'two names',
      helloWith([0, Buffer.concat([uint16(8), ...[1, 2].map(() => Buffer.from([0, 0, 1, 97]))])]),
    ],
    ['an extension twice', helloWith([43, Buffer.from([2, 3, 4])], [43, Buffer.from([2, 3, 4])])],
    ['half a version', helloWith([43, Buffer.from([1, 3])])],
    ['bytes behind a list', helloWith([43, Buffer.from([2, 3, 4, 0])])],
  ])('refuses %s', (_what, bytes) => {
    expect(peekClientHello(bytes).kind).toBe('invalid');
  });

  it('never throws, whatever bytes come, and is not confused by what follows', async () => {
    const bytes = await helloBytes({ servername: 'files.example', ALPNProtocols: ['ftp'] });
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const mutated = Buffer.from(bytes);
          for (const { at, to } of changes) mutated[at] = to;
          peekClientHello(mutated.subarray(0, length));
          const whole = peekClientHello(mutated);
          if (whole.kind !== 'incomplete')
            expect(peekClientHello(Buffer.concat([mutated, Buffer.alloc(20_000, 22)]))).toEqual(whole);
        },
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (anything) => {
        expect(['incomplete', 'invalid', 'hello']).toContain(peekClientHello(anything).kind);
      }),
    );
  });
});
