import { newPoolSecret } from '@ftpd/cache';
import { freePort, startRedis, type RedisServer } from '@ftpd/test-services';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import tls, { type ConnectionOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tlsErrors } from '../src/index.ts';
import { afterwards, certificates } from './pool.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const [https = '', upgrading = ''] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);
const keys = certificates();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** Starts a program of the README, ended after the test. @returns its port. */
async function start(program: string): Promise<number> {
  const port = await freePort();
  const secretFile = join(dirname(keys.paths.ca), 'pool.secret');
  const child = spawn(
    process.execPath,
    ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', program],
    {
      cwd: root,
      env: {
        ...process.env,
        PORT: String(port),
        REDIS_PORT: String(redis.port),
        SECRET: secretFile,
        CERT: keys.paths.serverCert,
        KEY: keys.paths.serverKey,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  afterwards(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(errors)));
  gone.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), gone]);
  return port;
}

test('the HTTPS servers resume the sessions of each other', async () => {
  writeFileSync(join(dirname(keys.paths.ca), 'pool.secret'), newPoolSecret(), { mode: 0o600 });
  const ports = await Promise.all([start(https), start(https)]);
  const ask = async (
    port: number,
    options: ConnectionOptions,
  ): Promise<[boolean, string, Buffer | undefined]> => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    let session: Buffer | undefined;
    socket.on('session', (each: Buffer) => {
      session = each;
    });
    await once(socket, 'secureConnect');
    const isResumed = socket.isSessionReused();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return [isResumed, text.slice(text.indexOf('\r\n\r\n') + 4), session];
  };
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const [isResumed, , session] = await ask(ports[0], { maxVersion });
    expect(isResumed).toBe(false);
    const [isNextResumed, text] = await ask(ports[1], { maxVersion, session });
    expect(isNextResumed).toBe(true);
    expect(text).toContain('hello');
  }
});

test('the server that upgrades connections knows who comes back', async () => {
  const port = await start(upgrading);
  const ask = async (session?: Buffer): Promise<[string, Buffer | undefined]> => {
    const plain = connect(port, '127.0.0.1');
    await once(plain, 'data');
    plain.write('STARTTLS\r\n');
    await once(plain, 'data');
    const socket = tls.connect({ socket: plain, rejectUnauthorized: false, ...(session && { session }) });
    let next: Buffer | undefined;
    socket.on('session', (each: Buffer) => {
      next = each;
    });
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return [text, next];
  };
  const [first, session] = await ask();
  expect(first).toBe('220 welcome\r\n');
  const [second] = await ask(session);
  expect(second).toBe('220 welcome back\r\n');
});

test('the README names every error code, and no other', () => {
  const table = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## Compatibility'));
  const named = [...table.matchAll(/`(TLS_\w+)`/g)].map(([, code]) => code);
  expect(new Set(named)).toEqual(new Set(Object.keys(tlsErrors)));
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});
