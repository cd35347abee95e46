import { once } from 'node:events';
import fs from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { closeDescriptor, duplicate, sendFile } from '@ftpd/posix';
import { virtualPath, type FileSender, type OpenFile } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KernelSending } from './file-sender.ts';
import { createLocalStorage } from './index.ts';

const system: KernelSending = { closeDescriptor, duplicate, sendFile };
const content = Buffer.alloc(6_000_000, 'a line of a file that is sent\r\n');
const openDescriptors = (): number => fs.readdirSync('/proc/self/fd').length;

let top: string;
let ends: (() => unknown)[];

beforeEach(() => {
  top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'file-sender-'));
  fs.writeFileSync(`${top}/file`, content);
  ends = [];
});

afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  fs.rmSync(top, { recursive: true });
});

async function opened(kernel?: KernelSending): Promise<OpenFile> {
  const storage = createLocalStorage(kernel === undefined ? {} : { kernel });
  ends.push(() => storage.close());
  const identity = { user: 'me', uid: 1000, gid: 1000, groups: [] };
  return (await storage.enter({ root: top, identity })).openRead(virtualPath('/file'));
}

/** Both ends of a connection, the server's first. */
async function connected(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {});
  client.on('error', () => {});
  ends.push(() => {
    socket.destroy();
    client.destroy();
    server.close();
  });
  return [socket, client];
}

function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

async function senderInto(socket: Socket, kernel = system): Promise<FileSender> {
  const sender = (await opened(kernel)).sendTo?.(descriptorOf(socket));
  if (sender === undefined) throw new Error('cannot send');
  return sender;
}

describe('a sender', () => {
  it('sends what the socket takes, and says when that is full and when the file ends', async () => {
    const [socket, client] = await connected();
    client.pause();
    const sender = await senderInto(socket);
    let sentBytes = 0;
    for (;;) {
      const outcome = await sender.send(sentBytes, content.length);
      if (outcome === 'full') break;
      sentBytes += outcome as number;
    }
    expect(sentBytes).toBeGreaterThan(0);
    expect(sentBytes).toBeLessThan(content.length);
    expect(await sender.send(content.length, 10)).toBe(0);
    sender.close();
    socket.end();
    const chunks: Buffer[] = [];
    for await (const chunk of client) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content.subarray(0, sentBytes))).toBe(true);
  });

  it('says when the other end is gone', async () => {
    const [socket, client] = await connected();
    const sender = await senderInto(socket);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    client.resetAndDestroy();
    await gone;
    // A reset takes the socket's room with it.
    expect(await sender.send(0, 100)).toBe('lost');
    sender.close();
  });

  it('holds its own descriptor, so that nobody else gets the bytes when the socket is closed', async () => {
    const [socket] = await connected();
    const idle = openDescriptors();
    const sender = await senderInto(socket);
    socket.destroy();
    await once(socket, 'close');
    const other = fs.openSync(`${top}/other`, 'w');
    expect(typeof (await sender.send(0, 1000))).toBe('number');
    expect(fs.fstatSync(other).size).toBe(0);
    fs.closeSync(other);
    sender.close();
    sender.close();
    expect(await sender.send(0, 1000)).toBe('lost');
    // The socket's own is closed; the file and its folder are open.
    expect(openDescriptors()).toBe(idle - 1 + 2);
  });

  it('lets the socket go only when a send that is under way is done', async () => {
    const [socket] = await connected();
    const closed: number[] = [];
    let finish: (count: number) => void = () => {};
    const sender = await senderInto(socket, {
      duplicate: () => -7,
      closeDescriptor: (descriptor) => closed.push(descriptor),
      sendFile: () => new Promise((resolve) => (finish = resolve)),
    });
    const sending = sender.send(0, 5);
    sender.close();
    expect(closed).toEqual([]);
    finish(5);
    expect(await sending).toBe(5);
    expect(closed).toEqual([-7]);
  });

  it.each([
    ['EINVAL', 'unsupported'],
    ['EAGAIN', 'full'],
    ['EPIPE', 'lost'],
  ])('makes %s of the system %s', async (code, outcome) => {
    const [socket] = await connected();
    const failure = Object.assign(new Error(code), { code });
    const sender = await senderInto(socket, { ...system, sendFile: () => Promise.reject(failure) });
    expect(await sender.send(0, 5)).toBe(outcome);
    sender.close();
  });

  it('fails as a read would when the disk does', async () => {
    const [socket] = await connected();
    const failure = Object.assign(new Error('EIO'), { code: 'EIO' });
    const sender = await senderInto(socket, { ...system, sendFile: () => Promise.reject(failure) });
    await expect(sender.send(0, 5)).rejects.toMatchObject({ code: 'STORAGE_FAILED', path: '/file' });
    sender.close();
  });

  it('is not there when no descriptor is left', async () => {
    const [socket] = await connected();
    const duplicate = (): number => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    };
    expect((await opened({ ...system, duplicate })).sendTo?.(descriptorOf(socket))).toBeUndefined();
  });

  it('is not there without the system’s help, nor for a closed file', async () => {
    const [socket] = await connected();
    expect((await opened()).sendTo?.(descriptorOf(socket))).toBeUndefined();
    const file = await opened(system);
    await file.close();
    expect(file.sendTo?.(descriptorOf(socket))).toBeUndefined();
  });
});
