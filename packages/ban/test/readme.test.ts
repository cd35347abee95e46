import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { banErrors } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const [express = '', net = ''] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);

const patience = { timeout: 15_000 };

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child?.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function start(program: string): Promise<number> {
  const port = await freePort();
  const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', program];
  child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return port;
}

test('the express server refuses who failed three times', async () => {
  const url = `http://127.0.0.1:${await start(express)}/login`;
  const login = async (password: string): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ user: 'alice', password }),
    });
    return `${response.status} ${await response.text()}`;
  };
  expect(await login('secret')).toBe('200 Welcome');
  for (let failure = 0; failure < 3; failure += 1) expect(await login('x')).toBe('401 Wrong');
  expect(await login('secret')).toBe('403 Try later');
});

test('the bare server ends the connection of who is banned, and takes no other', async () => {
  const port = await start(net);
  const open = async (): Promise<{ socket: Socket; text: () => string }> => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(socket, 'connect');
    return { socket, text: () => text };
  };
  const [good, bad] = [await open(), await open()];
  await expect.poll(good.text, patience).toBe('220 hello\r\n');
  await expect.poll(bad.text, patience).toBe('220 hello\r\n');
  good.socket.write('HELO x\r\n');
  await expect.poll(good.text, patience).toContain('250 hi');
  bad.socket.write('BAD\r\n');
  // Two lines of one chunk would be one report.
  good.socket.write('HELO x\r\n');
  await expect.poll(() => good.text().split('250 hi').length, patience).toBe(3);
  bad.socket.write('BAD\r\n');
  await expect.poll(bad.text, patience).toContain('421 bad-line: 2 of 2 in 60 s');
  await expect.poll(good.text, patience).toContain('421 bad-line');
  const next = await open();
  await expect.poll(next.text, patience).toBe('550 banned\r\n');
});

test('the README names every error code, and no other', () => {
  const named = [...readme.matchAll(/^\| `(BAN_\w+)` \|/gm)].map(([, code]) => code);
  expect(new Set(named)).toEqual(new Set(Object.keys(banErrors)));
  expect(readme.split('\n').length).toBeLessThan(150);
});
