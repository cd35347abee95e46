import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPoolSecret } from '@ftpd/cache';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  removeFolder,
  runProgram,
  servingIdentity,
  startFtpd,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { moduleFolder, noopModule, poolSecretModule } from './module-packages/index.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

/** A folder that only who runs the test may write to. */
function closedFolder(): string {
  const folder = temporaryFolder('ftpd-closed-');
  ends.push(() => removeFolder(folder));
  vi.stubEnv('FTPD_TEST_CLOSED', folder);
  return folder;
}

async function started(config: string): Promise<TestServer> {
  const modules = moduleFolder([noopModule, poolSecretModule]);
  ends.push(modules.remove);
  vi.stubEnv('FTPD_TEST_MODULES', modules.path);
  const base = BASE_CONFIGURATION.replace('/usr/lib/proftpd', '%{env:FTPD_TEST_MODULES}');
  const user = { name: 'u1', uid: 47_301, gid: 47_301 };
  const server = await startFtpd({ config: `${base}\n${config}`, users: [user] }, { asRoot: true });
  ends.push(() => server.stop());
  return server;
}

async function noop({ port }: TestServer): Promise<string> {
  const client = await ControlClient.login({ port, user: 'u1', password: PASSWORD });
  const { text } = await client.ask('NOOP', 200);
  client.destroy();
  return text;
}

/** Only root can have a keeper. */
describe.runIf(servingIdentity().isRoot)('a server with a keeper', () => {
  it('writes to logs that only root may open, also after they were moved away', async () => {
    const closed = closedFolder();
    const server = await started(
      'TraceLog %{env:FTPD_TEST_CLOSED}/trace.log\nTrace command:7\n' +
        'MemcacheLog %{env:FTPD_TEST_CLOSED}/memcache.log\nMemcacheServers 127.0.0.1:1\n' +
        'LoadModule ftpd-mod-noop\n',
    );
    const log = join(closed, 'trace.log');
    const noops = (): number => (readFileSync(log, 'utf8').match(/CMD command 'NOOP'/g) ?? []).length;
    await noop(server);
    await until(() => noops() === 1, 10_000, 'a line of the trace');
    expect(readFileSync(join(closed, 'memcache.log'), 'utf8')).toBe('');
    renameSync(log, `${log}.1`);
    process.kill(server.process.pid, 'SIGHUP');
    await until(
      () => server.process.output().includes('the new configuration is in force'),
      10_000,
      'the reload',
    );
    await noop(server);
    await until(() => noops() === 1, 10_000, 'a line of the new trace');
  });

  it('speaks TLS to Redis with a key that only root may read, and not at all without it', async () => {
    const closed = closedFolder();
    const redis = (key: string): string =>
      `LoadModule ftpd-mod-noop\nRedisServer 127.0.0.1:1 ssl:true ssl-key:${key}\nNoopCache redis\n`;
    const [key, cert] = ['key', 'cert'].map((name) => join(closed, name)) as [string, string];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-keyout', key];
    await runProgram('openssl', [...request, '-out', cert], { name: 'openssl' });
    chmodSync(key, 0o600);
    expect(await noop(await started(redis(`${key} ssl-cert:${cert}`)))).toContain('CACHE_UNAVAILABLE');
    const without = await started(redis(join(closed, 'absent')));
    expect(await noop(without)).toContain('no cache');
    expect(without.process.output()).toMatch(/mod_redis: Redis is not used: ENOENT/);
  });

  it('has the secret of a pool that only root may read', async () => {
    const closed = closedFolder();
    const file = join(closed, 'secret');
    writeFileSync(file, newPoolSecret({ id: 'first' }), { mode: 0o600 });
    const server = await started(
      'PoolSecretFile %{env:FTPD_TEST_CLOSED}/secret\nLoadModule ftpd-mod-pool-secret\n',
    );
    expect(server.process.output()).toContain('sealed by first of first');
    writeFileSync(file, newPoolSecret({ id: 'second', previous: readFileSync(file, 'latin1') }));
    process.kill(server.process.pid, 'SIGHUP');
    await until(
      () => server.process.output().includes('sealed by second of second first'),
      10_000,
      'the new secret',
    );
  });

  it('does not start with a secret that others may read', async () => {
    const closed = closedFolder();
    const file = join(closed, 'secret');
    writeFileSync(file, newPoolSecret());
    chmodSync(file, 0o644);
    await expect(started('PoolSecretFile %{env:FTPD_TEST_CLOSED}/secret')).rejects.toThrow(
      /fatal: PoolSecretFile: .* is open to its group or others/,
    );
  });
});
