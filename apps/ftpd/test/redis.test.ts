import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  freePort,
  removeFolder,
  runProgram,
  startFtpd,
  startProcess,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { moduleFolder, noopModule } from './module-packages/index.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

/** A Redis server that knows one user, `pool`, whose password has colons in it. */
async function redisServer(): Promise<number> {
  const port = await freePort();
  const folder = temporaryFolder('ftpd-redis-');
  ends.push(() => removeFolder(folder));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const process = await startProcess('redis-server', options, { name: 'redis-server' });
  ends.push(() => process.stop());
  const ask = (...words: readonly string[]) =>
    runProgram('redis-cli', ['-p', String(port), ...words], { name: 'redis-cli' });
  await until(async () => (await ask('PING')).output.includes('PONG'), 10_000, 'PONG of Redis');
  await ask('ACL', 'SETUSER', 'pool', 'on', '>pa:ss:word', '~*', '&*', '+@all');
  await ask('ACL', 'SETUSER', 'default', 'off');
  return port;
}

async function started(lines: readonly string[]): Promise<TestServer> {
  const modules = moduleFolder([noopModule]);
  ends.push(modules.remove);
  vi.stubEnv('FTPD_TEST_MODULES', modules.path);
  const base = BASE_CONFIGURATION.replace('/usr/lib/proftpd', '%{env:FTPD_TEST_MODULES}');
  const server = await startFtpd({
    config: [base, 'LoadModule ftpd-mod-noop', ...lines].join('\n'),
    files: { 'log/': { mode: 0o775 } },
  });
  ends.push(() => server.stop());
  return server;
}

async function noop({ port }: TestServer): Promise<string> {
  const client = await ControlClient.connect({ port });
  await client.expect(220);
  const { text } = await client.ask('NOOP', 200);
  client.destroy();
  return text;
}

describe('mod_redis', () => {
  it('logs in with the user and the password of RedisServer, colons and all, and traces what it does', async () => {
    const port = await redisServer();
    const server = await started([
      'RedisEngine on',
      `RedisServer 127.0.0.1:${port} pool pa:ss:word 3`,
      'NoopCache redis',
      'TraceLog %{env:FTPD_TEST_FOLDER}/log/trace.log',
      'Trace redis:10',
    ]);
    expect(await noop(server)).toContain('a miss');
    const trace = join(server.folder, 'log/trace.log');
    await until(() => readFileSync(trace, 'utf8').includes('<redis:7>: get: miss'), 10_000, 'the trace');
    expect(readFileSync(trace, 'utf8') + server.process.output()).not.toContain('pa:ss');
  });

  it('is what CacheBackend names by a URL, too', async () => {
    const port = await redisServer();
    const server = await started([
      `CacheBackend pool redis://pool:pa%3Ass%3Aword@127.0.0.1:${port}/3`,
      'NoopCache pool',
    ]);
    expect(await noop(server)).toContain('a miss');
  });

  it('says why Redis refuses, and the daemon serves on', async () => {
    const port = await redisServer();
    const server = await started([`RedisServer 127.0.0.1:${port} pool wrong`, 'NoopCache redis']);
    expect(await noop(server)).toContain('CACHE_REFUSED');
    expect(server.process.output()).not.toContain('wrong');
  });

  it('is off, for all who would use it, with RedisEngine off', async () => {
    const server = await started(['RedisEngine off', 'RedisServer 127.0.0.1:1', 'NoopCache redis']);
    expect(await noop(server)).toContain('no cache');
    expect(server.process.output()).toContain("mod_noop: notice: unable to use 'redis': support not enabled");
  });
});
