import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.ts';
import { openDatagramSocket, type DatagramSocket } from './index.ts';

const folder = scratchFolder();
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

interface Receiver {
  next(): Promise<string>;
  stop(): Promise<void>;
}

const receive = `
import os, socket, sys
path = sys.argv[1]
if not path.startswith('@') and os.path.exists(path): os.unlink(path)
box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
box.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
box.bind('\\0' + path[1:] if path.startswith('@') else path)
print('ready', flush=True)
for line in sys.stdin: print(box.recv(100000).hex(), flush=True)
`;

/** Takes one message each time it is asked to. */
async function receiver(path: string): Promise<Receiver> {
  const child = spawn('python3', ['-c', receive, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let buffered = '';
  const line = async (): Promise<string> => {
    while (!buffered.includes('\n')) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      buffered += chunk.toString();
    }
    const end = buffered.indexOf('\n');
    const text = buffered.slice(0, end);
    buffered = buffered.slice(end + 1);
    return text;
  };
  expect(await line()).toBe('ready');
  return {
    async next() {
      child.stdin.write('\n');
      return Buffer.from(await line(), 'hex').toString();
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function opened(path: string): DatagramSocket {
  const socket = openDatagramSocket(path);
  onTestFinished(() => socket.close());
  return socket;
}

describe('a datagram socket', () => {
  test.each([
    ['of the file system', join(folder, 'named')],
    ['of an abstract name', `@posix-test-${process.pid}`],
  ])('%s sends messages whole, also to a service that was restarted', async (_title, path) => {
    const socket = opened(path);
    expect(socket.send(Buffer.from('nobody there'))).toBe('gone');
    const first = await receiver(path);
    expect(socket.send(Buffer.from('one\nline'))).toBe('sent');
    expect(await first.next()).toBe('one\nline');
    await first.stop();
    expect(socket.send(Buffer.from('nobody there'))).toBe('gone');
    const second = await receiver(path);
    expect(socket.send(Buffer.from('<30>ftpd: ä'))).toBe('sent');
    expect(await second.next()).toBe('<30>ftpd: ä');
  });

  test('never waits for a service that takes nothing', async () => {
    const path = join(folder, 'full');
    await receiver(path);
    const socket = opened(path);
    const answers = new Set<string>();
    for (let index = 0; index < 2000; index += 1) answers.add(socket.send(Buffer.alloc(500)));
    expect([...answers]).toEqual(['sent', 'would-block']);
  });

  test('says what cannot be sent', async () => {
    const path = join(folder, 'errors');
    await receiver(path);
    expect(() => opened(path).send(Buffer.alloc(10_000_000))).toThrow(failsWith('EMSGSIZE'));
    writeFileSync(join(folder, 'file'), '');
    expect(opened(join(folder, 'file')).send(Buffer.from('x'))).toBe('gone');
    const socket = opened(path);
    socket.close();
    socket.close();
    expect(() => socket.send(Buffer.from('x'))).toThrow(failsWith('EINVAL'));
  });

  test('refuses a path that is none', () => {
    expect(() => openDatagramSocket('')).toThrow(failsWith('EINVAL'));
    expect(() => openDatagramSocket('a\0b')).toThrow(failsWith('EINVAL'));
    expect(() => openDatagramSocket('x'.repeat(108))).toThrow(failsWith('ENAMETOOLONG'));
    openDatagramSocket('x'.repeat(107)).close();
  });
});
