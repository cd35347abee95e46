import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BASE_CONFIGURATION,
  ControlClient,
  freePort,
  makeTlsIdentity,
  runProgram,
  startFtpd,
  startProcess,
  until,
  type TestProcess,
  type TestServer,
} from '@ftpd/test-services';
import { moduleFolder, noopModule } from './module-packages/index.ts';

let serverPem: string;

beforeAll(async () => {
  const { cert, key } = await makeTlsIdentity({ kind: 'rsa' });
  serverPem = cert + key;
});

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

const howto = readFileSync(new URL('configurations/memcache-howto.conf', import.meta.url), 'utf8');

/** A module that reads from the cache before the greeting, as mod_ban does, and at NOOP. */
const reader = `LoadModule ftpd-mod-noop\nNoopCache memcache\n`;

async function started(servers: readonly [string, string]): Promise<TestServer> {
  vi.stubEnv('FTPD_TEST_MEMCACHE_1', servers[0]);
  vi.stubEnv('FTPD_TEST_MEMCACHE_2', servers[1]);
  const modules = moduleFolder([noopModule]);
  ends.push(modules.remove);
  vi.stubEnv('FTPD_TEST_MODULES', modules.path);
  const base = BASE_CONFIGURATION.replace('/usr/lib/proftpd', '%{env:FTPD_TEST_MODULES}');
  const server = await startFtpd({
    config: `${howto}\n${base}\n${reader}`,
    files: { 'log/': { mode: 0o775 }, 'log/server.pem': { content: serverPem, mode: 0o600 } },
  });
  ends.push(() => server.stop());
  return server;
}

async function memcached(): Promise<string> {
  const port = await freePort();
  const args = ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-u', 'nobody'];
  const process: TestProcess = await startProcess('memcached', args, { name: 'memcached' });
  ends.push(() => process.stop());
  return `127.0.0.1:${port}`;
}

/** Takes connections and never answers. */
async function silent(): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function noop({ port }: TestServer): Promise<string> {
  const client = await ControlClient.connect({ port });
  await client.expect(220);
  const { text } = await client.ask('NOOP', 200);
  client.destroy();
  return text;
}

const log = ({ folder }: TestServer, name: string): string =>
  readFileSync(join(folder, `log/${name}`), 'utf8');

describe("the configuration of ProFTPD's howto on Memcache", () => {
  it('starts, and its caches are there, with memcached', async () => {
    const server = await started([await memcached(), await memcached()]);
    expect(await server.check()).toMatchObject({ code: 0 });
    expect(await noop(server)).toContain('a miss');
    await until(
      () => /<memcache:7>: get: miss/.test(log(server, 'trace.log')),
      10_000,
      'a line of the trace',
    );
  });

  it('speaks TLS with its certificate, and keeps the sessions of clients in memcached', async () => {
    const server = await started([await memcached(), await memcached()]);
    const port = String(server.port);
    const handshake = async (...words: readonly string[]): Promise<string> => {
      const args = ['s_client', '-starttls', 'ftp', '-connect', `127.0.0.1:${port}`, '-tls1_2', ...words];
      return (await runProgram('openssl', args)).output;
    };
    const file = join(server.folder, 'session');
    expect(await handshake('-sess_out', file)).toMatch(/New, TLSv1.2/);
    expect(await handshake('-sess_in', file)).toMatch(/Reused, TLSv1.2/);
    await until(
      () => log(server, 'trace.log').includes('<memcache:7>: set'),
      10_000,
      'a session in the cache',
    );
  });

  it('starts without memcached, and says once for each server that it is away', async () => {
    const dead = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`] as const;
    const server = await started(dead);
    for (let session = 0; session < 3; session += 1)
      expect(await noop(server)).toContain('CACHE_UNAVAILABLE');
    await until(() => log(server, 'memcache.log') !== '', 10_000, 'a line of MemcacheLog');
    const lines = log(server, 'memcache.log').trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[-\d]+ [\d:,]+ mod_memcache\/0\.1\[\d+\]: \S/);
    for (const name of dead)
      expect(lines.filter((line) => line.includes(name)).length).toBeLessThanOrEqual(1);
    await until(
      () => log(server, 'trace.log').includes('<memcache:6>: get: CACHE_UNAVAILABLE'),
      10_000,
      'trace',
    );
  });

  it('greets in time when memcached takes connections and never answers', async () => {
    const server = await started([await silent(), await silent()]);
    const startedAtMs = performance.now();
    expect(await noop(server)).toMatch(/CACHE_(TIMEOUT|UNAVAILABLE)/);
    // ProFTPD takes 15 seconds.
    expect(performance.now() - startedAtMs).toBeLessThan(7500);
  });
});

describe('the daemon without the package of memcached', () => {
  it('starts, takes <IfModule mod_memcache.c> for false, and says so once for who would use it', async () => {
    const hide = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(specifier, context, next) {
        if (!specifier.startsWith('@ftpd/cache-memcache')) return next(specifier, context);
        throw Object.assign(new Error('left out'), { code: 'MODULE_NOT_FOUND' });
      } });`;
    vi.stubEnv('NODE_OPTIONS', `--import data:text/javascript,${encodeURIComponent(hide)}`);
    const server = await started(['127.0.0.1', '127.0.0.1']);
    expect(await noop(server)).toContain('no cache');
    expect(await noop(server)).toContain('no cache');
    const notices = server.process.output().split("unable to use 'memcache': support not enabled");
    expect(notices).toHaveLength(2);
  });
});
