import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  startMemcached,
  startProftpd,
  until,
  type TestMemcached,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache } from '../src/index.ts';

/** Banned by ProFTPD when they log in twice, and banned by us. Names of one length: a record is made from another's. */
const theirs = Array.from({ length: 6 }, (_, n) => `user${n}`);
const ours = Array.from({ length: 6 }, (_, n) => `name${n}`);

let servers: TestMemcached[];
let proftpd: TestServer;
let cache: MemcacheCache;
let bans: MemcacheCache;

beforeAll(async () => {
  servers = await Promise.all([startMemcached(), startMemcached(), startMemcached()]);
  cache = createMemcacheCache({
    servers,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    deadlineMs: 10_000,
  });
  bans = cache.scoped(Buffer.from('mod_ban.'));
  proftpd = await startProftpd({
    config: `${BASE_CONFIGURATION}
LoadModule mod_memcache.c
LoadModule mod_ban.c
MemcacheEngine on
MemcacheServers ${servers.map(({ host, port }) => `${host}:${port}`).join(' ')}
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanMessage banned
BanOnEvent LoginRate 2/00:10:00 01:00:00
BanCache memcache
`,
    users: [...theirs, ...ours].map((name) => ({ name })),
  });
});

afterAll(async () => {
  await cache?.close();
  // Killed, it would leave its shared memory to the system.
  await proftpd?.process.stop('SIGTERM');
  await proftpd?.stop();
  await Promise.all((servers ?? []).map((server) => server.stop('SIGKILL')));
});

/** tpl `vs`: type 3 is a user. */
function keyOf(user: string): Buffer {
  const head = Buffer.from('tpl\x02----vs\0\x03\0++++', 'latin1');
  head.writeUInt32LE(head.length + user.length, 4);
  head.writeUInt32LE(user.length + 1, 13);
  return Buffer.concat([head, Buffer.from(user)]);
}

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

async function recordOf(user: string): Promise<Buffer> {
  const value = await until(() => bans.get(keyOf(user)), 10_000, `the ban of ${user}`);
  return Buffer.from(value);
}

it('finds the bans that ProFTPD stores on three servers', async () => {
  for (const user of theirs) {
    expect([await logIn(user), await logIn(user)]).toEqual([230, 530]);
    expect((await recordOf(user)).toString('latin1')).toContain(`${user}\x2e\0\0\0LoginRate autoban`);
  }
});

it('stores bans where ProFTPD finds them', async () => {
  const record = (await recordOf('user0')).toString('latin1');
  for (const user of ours) {
    const value = Buffer.from(record.replaceAll('user0', user), 'latin1');
    await bans.set(keyOf(user), value, { expiresAtMs: Date.now() + 3_600_000 });
    expect(await logIn(user)).toBe(530);
  }
});

it('lifts bans that ProFTPD would have found', async () => {
  const [user = ''] = ours;
  expect(await bans.delete(keyOf(user))).toBe(true);
  expect(await logIn(user)).toBe(230);
});
