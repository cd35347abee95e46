import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  startProftpd,
  startRedis,
  until,
  type RedisServer,
  type TestServer,
} from '@ftpd/test-services';
import type { Cache } from '@ftpd/cache';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedisCache } from '../src/index.ts';

let redis: RedisServer;
let proftpd: TestServer;
let cache: Cache;

beforeAll(async () => {
  redis = await startRedis();
  cache = createRedisCache({ server: { host: '127.0.0.1', port: redis.port } });
  proftpd = await startProftpd({
    config: `${BASE_CONFIGURATION}
LoadModule mod_redis.c
LoadModule mod_ban.c
RedisEngine on
RedisServer 127.0.0.1:${redis.port}
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanMessage banned
BanOnEvent LoginRate 2/00:10:00 01:00:00
BanCache redis
`,
    users: [{ name: 'theirs' }, { name: 'ours' }],
  });
});

afterAll(async () => {
  await cache?.close();
  // Killed, it would leave its shared memory to the system.
  await proftpd?.process.stop('SIGTERM');
  await proftpd?.stop();
  await redis?.stop();
});

/** Type 3 is a user; key and record end with a NUL. */
const keyOf = (user: string): Buffer => Buffer.from(`mod_ban.{"ban_type_id":3,"ban_name":"${user}"}\0`);

/** @returns what PASS is answered with. */
async function logIn(user: string): Promise<number> {
  const client = await ControlClient.connect({ port: proftpd.port });
  try {
    await client.expect(220);
    await client.ask(`USER ${user}`);
    const { code } = await client.ask(`PASS ${PASSWORD}`);
    return code;
  } finally {
    client.destroy();
  }
}

async function recordOf(user: string): Promise<string> {
  const value = await until(() => cache.get(keyOf(user)), 10_000, `the ban of ${user}`);
  return Buffer.from(value).toString();
}

test('finds the ban that ProFTPD stores, and gives it the lifetime that ProFTPD misses', async () => {
  expect([await logIn('theirs'), await logIn('theirs')]).toEqual([230, 530]);
  const record = await recordOf('theirs');
  expect(record).toMatch(/^\{"version":2,.*"ban_type":"user ban","ban_name":"theirs",.*\}\0$/);
  // ProFTPD takes the absolute time for a number of seconds: it would stay for half a century.
  expect(Number(await redis.cli('eval', ttlScript, '0'))).toBeGreaterThan(1e9);
  const expiresAtMs = Number(/"expires_ts":(\d+)/.exec(record)?.[1]) * 1000;
  expect(await cache.touch(keyOf('theirs'), { expiresAtMs })).toBe(true);
  expect(Number(await redis.cli('eval', ttlScript, '0'))).toBeLessThanOrEqual(3600);
});

const ttlScript = "return redis.call('TTL', redis.call('KEYS', 'mod_ban.*theirs*')[1])";

test('stores a ban where ProFTPD finds it, and lifts it again', async () => {
  const record = (await recordOf('theirs')).replaceAll('theirs', 'ours');
  await cache.set(keyOf('ours'), Buffer.from(record), { expiresAtMs: Date.now() + 3_600_000 });
  expect(await logIn('ours')).toBe(530);
  expect(await cache.delete(keyOf('ours'))).toBe(true);
  expect(await logIn('ours')).toBe(230);
});
