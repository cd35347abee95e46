import { once } from 'node:events';
import fs from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import {
  StorageError,
  createMemoryStorage,
  virtualPath,
  type FileSender,
  type OpenFile,
} from '@ftpd/storage';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from './connection-watch.ts';
import { kernelSender, sendByKernel } from './send-by-kernel.ts';

const content = Buffer.alloc(3_000_000, 'a line of a file that is sent\r\n');
const identity = { user: 'root', uid: 0, gid: 0, groups: [] };
const mib = 1024 * 1024;
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Both ends of a connection, the server's first. */
async function connected(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const client = connect(address.port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  await once(client, 'connect');
  ends.push(() => {
    socket.destroy();
    client.destroy();
    server.close();
  });
  return [socket, client];
}

type Outcomes = FileSender['send'];

/** A file of the memory storage whose bytes are written to the socket's descriptor itself. */
async function fileWith(
  change: (send: Outcomes) => Outcomes = (send) => send,
): Promise<OpenFile & { closed: number }> {
  const storage = createMemoryStorage();
  const view = await storage.enter({ identity, root: '/' });
  const made = await view.openWrite(virtualPath('/file'), { disposition: 'replace', mode: 0o644 });
  await made.write(content, 0);
  await made.close();
  const file = await view.openRead(virtualPath('/file'));
  const result = {
    path: file.path,
    closed: 0,
    read: file.read.bind(file),
    write: file.write.bind(file),
    truncate: file.truncate.bind(file),
    stat: file.stat.bind(file),
    close: file.close.bind(file),
    sendTo: (descriptor: number): FileSender => ({
      send: change(async (position, maxBytes) => {
        try {
          return fs.writeSync(descriptor, content.subarray(position, position + maxBytes));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 'full';
          return 'lost';
        }
      }),
      close: () => {
        result.closed += 1;
      },
    }),
  };
  return result;
}

async function received(client: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function sent(file: OpenFile, part = { fromBytes: 0, maxBytes: Infinity }): Promise<Buffer> {
  const [socket, client] = await connected();
  const sender = kernelSender({ file, ...part }, socket, content.length);
  if (sender === undefined) throw new Error('not sent by the kernel');
  let counted = 0;
  const all = received(client);
  await sendByKernel(
    { file, ...part },
    sender,
    socket,
    Buffer.alloc(10_000),
    (count) => (counted += count),
    Date.now,
  );
  const bytes = await all;
  expect(counted).toBe(bytes.length);
  return bytes;
}

describe('sendByKernel', () => {
  it('sends the whole file through a socket that is full again and again', async () => {
    const file = await fileWith();
    expect((await sent(file)).equals(content)).toBe(true);
    expect(file.closed).toBe(1);
  });

  it('sends the part that was asked for', async () => {
    const bytes = await sent(await fileWith(), { fromBytes: 7, maxBytes: 1_000_000 });
    expect(bytes.equals(content.subarray(7, 1_000_007))).toBe(true);
  });

  it('asks for less at once when the file comes slowly, and for more when it comes fast', async () => {
    const asked: number[] = [];
    const file = await fileWith(() => async (position, maxBytes) => {
      asked.push(maxBytes / mib);
      return position < 150 * mib ? maxBytes : 0;
    });
    const [socket] = await connected();
    const part = { file, fromBytes: 0, maxBytes: Infinity };
    const sender = kernelSender(part, socket, content.length);
    if (sender === undefined) throw new Error('not sent by the kernel');
    let nowMs = 0;
    // Quick until there are eight calls, then slow.
    const now = (): number => (nowMs += asked.length < 8 ? 1 : 150);
    await sendByKernel(part, sender, socket, Buffer.alloc(1000), () => {}, now);
    expect(asked).toEqual([1, 2, 4, 8, 16, 32, 32, 32, 16, 8, 4]);
  });

  it('reads what the kernel cannot send', async () => {
    const file = await fileWith(
      (send) => (position, maxBytes) =>
        position > 1_000_000 ? Promise.resolve('unsupported') : send(position, Math.min(maxBytes, 300_000)),
    );
    expect((await sent(file)).equals(content)).toBe(true);
  });

  it.each([
    ['the other end is gone', async () => 'lost' as const, ConnectionLost],
    [
      'the file cannot be read',
      async () => {
        throw new StorageError('STORAGE_FAILED');
      },
      StorageError,
    ],
  ])('fails and lets the socket go when %s', async (_, outcome, kind) => {
    const [socket] = await connected();
    const file = await fileWith(() => outcome);
    const part = { file, fromBytes: 0, maxBytes: Infinity };
    const sender = kernelSender(part, socket, content.length);
    if (sender === undefined) throw new Error('not sent by the kernel');
    await expect(
      sendByKernel(part, sender, socket, Buffer.alloc(1000), () => {}, Date.now),
    ).rejects.toBeInstanceOf(kind);
    expect(file.closed).toBe(1);
  });

  it('notices a connection that is cut while it is full', async () => {
    const [socket, client] = await connected();
    client.pause();
    const file = await fileWith(() => async () => 'full');
    const part = { file, fromBytes: 0, maxBytes: Infinity };
    const sender = kernelSender(part, socket, content.length);
    if (sender === undefined) throw new Error('not sent by the kernel');
    const result = sendByKernel(part, sender, socket, Buffer.alloc(1_000_000), () => {}, Date.now);
    socket.destroy();
    await expect(result).rejects.toBeInstanceOf(ConnectionLost);
  });
});

describe('kernelSender', () => {
  it('is not for little, for encrypted connections, nor for storages without the ability', async () => {
    const [socket] = await connected();
    const file = await fileWith();
    const part = { file, fromBytes: 0, maxBytes: Infinity };
    expect(kernelSender(part, socket, 1000)).toBeUndefined();
    expect(
      kernelSender(part, Object.assign(Object.create(socket) as Socket, { encrypted: true }), content.length),
    ).toBeUndefined();
    const storage = createMemoryStorage();
    const plain = await (
      await storage.enter({ identity, root: '/' })
    ).openWrite(virtualPath('/plain'), {
      disposition: 'replace',
      mode: 0o644,
    });
    expect(kernelSender({ ...part, file: plain }, socket, content.length)).toBeUndefined();
    await storage.close();
  });
});
