import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect, Socket, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRoot, scratchFolder } from '../test/scratch-folder.ts';
import {
  bindListener,
  bindUnixListener,
  boundSocket,
  closeDescriptor,
  connectSocket,
  localPort,
  peerCredentials,
  socketPair,
} from './index.ts';

const folder = scratchFolder();
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

async function listening(server: Server, options: object): Promise<AddressInfo> {
  onTestFinished(() => void server.close());
  server.listen(options);
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

function descriptorOf(socket: object): number {
  return (socket as { _handle: { fd: number } })._handle.fd;
}

describe('bindListener', () => {
  test.each(['127.0.0.1', '::1'])('listens on %s, for a server of Node', async (host) => {
    const fd = bindListener({ host, port: 0, backlog: 10 });
    const port = localPort(fd);
    const server = createServer((socket) => socket.end('hello'));
    expect(await listening(server, { fd })).toMatchObject({ address: host, port });
    const client = connect({ host, port });
    const [text] = (await once(client, 'data')) as [Buffer];
    expect(text.toString()).toBe('hello');
    client.destroy();
  });

  test('says when the address is taken, not free, or none', () => {
    const fd = bindListener({ host: '127.0.0.1', port: 0, backlog: 1 });
    onTestFinished(() => closeDescriptor(fd));
    const taken = { host: '127.0.0.1', port: localPort(fd), backlog: 1 };
    expect(() => bindListener(taken)).toThrow(failsWith('EADDRINUSE'));
    expect(() => bindListener({ ...taken, host: '192.0.2.1' })).toThrow(failsWith('EADDRNOTAVAIL'));
    for (const host of ['localhost', '', '1.2.3', '127.0.0.1%lo', '::1%nothing', '::g', '1.2.3.4\0']) {
      expect(() => bindListener({ ...taken, host })).toThrow(failsWith('EINVAL'));
    }
    for (const port of [-1, 65_536, 1.5, Number.NaN]) {
      expect(() => bindListener({ ...taken, port })).toThrow(failsWith('EINVAL'));
    }
  });

  test('leaves IPv4 to others, or takes both', () => {
    const both = bindListener({ host: '::', port: 0, backlog: 1, isIpv6Only: false });
    onTestFinished(() => closeDescriptor(both));
    expect(() => bindListener({ host: '0.0.0.0', port: localPort(both), backlog: 1 })).toThrow(
      failsWith('EADDRINUSE'),
    );
    const alone = bindListener({ host: '::', port: 0, backlog: 1 });
    onTestFinished(() => closeDescriptor(alone));
    closeDescriptor(bindListener({ host: '0.0.0.0', port: localPort(alone), backlog: 1 }));
  });

  test.runIf(isRoot)('takes a port below 1024 as root', () => {
    const fd = boundSocket({ host: '127.0.0.87', port: 20 });
    expect(localPort(fd)).toBe(20);
    closeDescriptor(fd);
  });
});

describe('a connection from a fixed port', () => {
  test.each(['127.0.0.1', '::1'])('is made on %s, of the same port to two peers', async (host) => {
    const from: (number | undefined)[] = [];
    const serve = (): Server => createServer((socket) => from.push(socket.remotePort) && socket.end('x'));
    const ports = [await listening(serve(), { host, port: 0 }), await listening(serve(), { host, port: 0 })];
    let port = 0;
    for (const peer of ports) {
      const fd = boundSocket({ host, port });
      port = localPort(fd);
      await connectSocket(fd, { host, port: peer.port });
      const socket = new Socket({ fd });
      const [text] = (await once(socket, 'data')) as [Buffer];
      expect(text.toString()).toBe('x');
      socket.destroy();
    }
    expect(from).toEqual([port, port]);
  });

  test('fails with the code of the peer, and leaves the descriptor to the caller', async () => {
    const fd = boundSocket({ host: '127.0.0.1', port: 0 });
    const free = boundSocket({ host: '127.0.0.1', port: 0 });
    await expect(connectSocket(fd, { host: '127.0.0.1', port: localPort(free) })).rejects.toThrow(
      failsWith('ECONNREFUSED'),
    );
    await expect(connectSocket(99_999, { host: '127.0.0.1', port: 1 })).rejects.toThrow(failsWith('EBADF'));
    closeDescriptor(fd);
    closeDescriptor(free);
  });

  test('is given up when the signal says so', async () => {
    // A backlog that is full: the kernel drops the handshake and the attempt hangs.
    const listener = bindListener({ host: '127.0.0.1', port: 0, backlog: 1 });
    onTestFinished(() => closeDescriptor(listener));
    const peer = { host: '127.0.0.1', port: localPort(listener) };
    const controller = new AbortController();
    const sockets = Array.from({ length: 4 }, () => boundSocket({ host: '127.0.0.1', port: 0 }));
    onTestFinished(() => sockets.forEach(closeDescriptor));
    const attempts = sockets.map((fd) => connectSocket(fd, peer, { signal: controller.signal }));
    setImmediate(() => controller.abort(new Error('enough')));
    const settled = await Promise.allSettled(attempts);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual(
      expect.arrayContaining([{ status: 'rejected', reason: new Error('enough') }]),
    );
    await expect(connectSocket(listener, peer, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('peerCredentials', () => {
  test('tells who connected to a Unix socket', async () => {
    const path = join(folder, 'socket');
    const server = createServer();
    await listening(server, { path });
    const client = connect(path);
    const [accepted] = (await once(server, 'connection')) as [Socket];
    expect(peerCredentials(descriptorOf(accepted))).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    client.destroy();
  });

  test('fails on what is no socket', () => {
    const [left, right] = socketPair('stream');
    expect(peerCredentials(left).pid).toBe(process.pid);
    closeDescriptor(left);
    closeDescriptor(right);
    expect(() => peerCredentials(99_999)).toThrow(failsWith('EBADF'));
    expect(() => localPort(99_999)).toThrow(failsWith('EBADF'));
  });
});

describe('bindUnixListener', () => {
  test('listens at a path, for a server of Node, with a mode that the umask leaves', async () => {
    const path = join(folder, 'listener.sock');
    const before = process.umask(0o117);
    const fd = bindUnixListener(path, 10);
    process.umask(before);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const server = createServer((socket) => socket.end('hello'));
    await listening(server, { fd });
    const client = connect({ path });
    const [text] = (await once(client, 'data')) as [Buffer];
    expect(text.toString()).toBe('hello');
    client.destroy();
  });

  test('takes the place of nothing, and says what is wrong with a name', () => {
    const path = join(folder, 'taken');
    writeFileSync(path, 'text');
    expect(() => bindUnixListener(path, 1)).toThrow(failsWith('EADDRINUSE'));
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(() => bindUnixListener(join(folder, 'none', 'x'), 1)).toThrow(failsWith('ENOENT'));
    expect(() => bindUnixListener('', 1)).toThrow(failsWith('EINVAL'));
    expect(() => bindUnixListener('/a\0b', 1)).toThrow(failsWith('EINVAL'));
    expect(() => bindUnixListener(`/${'x'.repeat(107)}`, 1)).toThrow(failsWith('ENAMETOOLONG'));
  });
});
