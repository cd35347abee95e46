import { createServer, type AddressInfo, type Socket } from 'node:net';
import { connect } from 'node:net';

/** A listener of a test that does as it is told. */
export interface FakeServer {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startFakeServer(onConnection: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a server answers to each command, given its words; undefined: nothing. */
export type Answering = (words: readonly string[], socket: Socket) => string | Buffer | undefined;

/** Understands commands that come whole, which small ones do here. */
export function answering(answer: Answering): (socket: Socket) => void {
  return (socket) => {
    let buffered = '';
    socket.on('data', (chunk: Buffer) => {
      buffered += chunk.toString('latin1');
      for (;;) {
        const command = takeCommand(buffered);
        if (command === undefined) return;
        buffered = buffered.slice(command.length);
        const [name = '', ...args] = command.words;
        // As the real one: names of commands are the same in any case.
        const reply = answer([name.toUpperCase(), ...args], socket);
        if (reply !== undefined && !socket.destroyed) socket.write(reply);
      }
    });
  };
}

function takeCommand(text: string): { readonly words: string[]; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  const words: string[] = [];
  let at = head[0].length;
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16));
    if (size === null) return undefined;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (text.length < end + 2) return undefined;
    words.push(text.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}

/** Carries bytes to a real server and back, until it is told otherwise. */
export interface Proxy extends FakeServer {
  /** Cuts each connection by a reset after so many more bytes of answers. */
  cutAfter(bytes: number): void;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  let left = Infinity;
  const server = await startFakeServer((socket) => {
    const upstream = connect(targetPort, '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (chunk.length < left) {
        left -= chunk.length;
        socket.write(chunk);
        return;
      }
      const part = chunk.subarray(0, left);
      left = Infinity;
      upstream.pause();
      socket.write(part, () => socket.resetAndDestroy());
    });
  });
  return {
    ...server,
    cutAfter(bytes) {
      left = bytes;
    },
  };
}
