import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  PASSWORD,
  startMemcached,
  startRedis,
  startWatchedRedis,
  type RedisServer,
  type TestServer,
} from '@ftpd/test-services';
import { beforeEach, test } from 'vitest';
import { atEnd } from './at-end.ts';
import { attempt, converse, startOurs } from './bans/pool.ts';
import { describeBeside } from './beside.ts';
import { ownCtl, socketOf } from './ctl.ts';

const patience = { timeout: 20_000 };
const slow = { timeout: 90_000 };
const beside = { concurrent: true };
const client = '127.0.60.1';
const rules = 'BanOnEvent UnhandledCommand 4/00:10:00 00:10:00 "gone"\n';

async function kept<Started extends { stop(): Promise<unknown> }>(
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting;
  atEnd(() => started.stop());
  return started;
}

const overRedis = (port: number): string => `LoadModule mod_redis.c
RedisEngine on
RedisServer 127.0.0.1:${port}
BanCache redis
${rules}`;

const start = async (config: string, names: readonly string[] = []): Promise<TestServer> =>
  await kept(startOurs(config, names));

const connected = async (server: TestServer, address: string = client): Promise<string> =>
  await attempt(server, { address });

describeBeside(['Redis'])('nodes of ours over one %s', beside, () => {
  let redis: RedisServer;
  let nodes: readonly TestServer[];
  beforeEach(async () => {
    redis = await kept(startRedis());
    const config = overRedis(redis.port);
    nodes = await Promise.all([start(config, ['bob']), start(config, ['bob'])]);
  });

  const ctl = async (at: number, ...words: readonly string[]): Promise<readonly string[]> =>
    (await ownCtl(socketOf(nodes[at] as TestServer), ...words)).lines;

  test('count together, list and permit each other’s bans, and end sessions everywhere', async ({
    expect,
  }) => {
    const [one, other] = nodes as [TestServer, TestServer];
    await converse(one, client, 'FOO', 'FOO');
    expect(await connected(other)).toMatch(/^220/);
    const open = await ControlClient.connect({ port: one.port, localAddress: client, deadlineMs: 15_000 });
    await open.expect(220);
    // Two of four were on the other node.
    await converse(other, client, 'FOO', 'FOO');
    await open.closed();
    for (const node of nodes) await expect.poll(() => connected(node), patience).toBe('530 gone');
    for (const at of [0, 1]) expect(await ctl(at, 'ban', 'info')).toContain(`  ${client}`);
    expect(await ctl(0, 'permit', 'host', client)).toEqual([`host '${client}' permitted`]);
    for (const node of nodes) await expect.poll(() => connected(node), patience).toMatch(/^220/);
  });

  test('a node that was down learns what the others did meanwhile', slow, async ({ expect }) => {
    await ctl(0, 'ban', 'user', 'bob');
    await ctl(1, 'ban', 'host', client);
    const late = await start(overRedis(redis.port), ['bob']);
    await ctl(0, 'permit', 'host', client);
    await expect.poll(() => connected(late), patience).toMatch(/^220/);
    await expect.poll(() => attempt(late, { address: client, user: 'bob' }), patience).toBe('530 made here');
  });

  test(
    'Redis starts anew: the bans come back to it, and to a node that comes then',
    slow,
    async ({ expect }) => {
      await ctl(0, 'ban', 'host', client);
      await redis.process().stop('SIGKILL');
      await redis.restart();
      const late = await start(overRedis(redis.port));
      for (const node of [...nodes, late])
        await expect.poll(() => connected(node), patience).toBe('530 made here');
    },
  );

  test(
    'of 1,000 logins of a banned and an innocent user none is answered wrongly',
    slow,
    async ({ expect }) => {
      await ctl(0, 'ban', 'user', 'eve');
      const [one, other] = nodes as [TestServer, TestServer];
      await expect
        .poll(() => attempt(other, { address: client, user: 'eve' }), patience)
        .toBe('530 made here');
      const wrong: string[] = [];
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < 1000) {
          const number = next;
          next += 1;
          const isBanned = number % 2 === 0;
          const answer = await attempt(number % 4 < 2 ? one : other, {
            address: `127.0.61.${1 + (number % 200)}`,
            user: isBanned ? 'eve' : 'bob',
          });
          if (isBanned ? answer !== '530 made here' : !answer.startsWith('230 '))
            wrong.push(`${number}: ${answer}`);
        }
      };
      await Promise.all(Array.from({ length: 40 }, worker));
      expect(wrong).toEqual([]);
    },
  );
});

test('a Redis fails over: bans hold, and new ones are shared', { ...slow, ...beside }, async ({ expect }) => {
  const redis = await kept(startWatchedRedis());
  const config = `LoadModule mod_redis.c
RedisEngine on
RedisSentinel 127.0.0.1:${redis.sentinel.port} master pool
BanCache redis
${rules}`;
  const [one, other] = await Promise.all([start(config), start(config)]);
  await ownCtl(socketOf(one), 'ban', 'host', client);
  await expect.poll(() => connected(other), patience).toBe('530 made here');
  await redis.master.process().stop('SIGKILL');
  expect(await connected(other)).toBe('530 made here');
  await ownCtl(socketOf(other), 'ban', 'host', '127.0.60.2');
  await expect.poll(() => connected(one, '127.0.60.2'), { timeout: 40_000 }).toBe('530 made here');
  await ownCtl(socketOf(one), 'permit', 'host', client);
  await expect.poll(() => connected(other), { timeout: 40_000 }).toMatch(/^220/);
});

describeBeside(['memcached'])('a %s', beside, () => {
  const overMemcached = (port: number, more = ''): string => `LoadModule mod_memcache.c
MemcacheEngine on
MemcacheServers 127.0.0.1:${port}
BanCache memcache
${rules}${more}`;

  test.for([
    ['local', /^220/, '530 gone'],
    ['open', /^220/, '220'],
    ['closed', /^421/, '421'],
  ] as const)(
    'that is gone, with BanOutagePolicy %s',
    slow,
    async ([policy, stranger, offender], { expect }) => {
      const memcached = await kept(startMemcached());
      const node = await start(
        overMemcached(memcached.port, `BanOutagePolicy ${policy}\nBanAllow host 127.0.0.1\n`),
      );
      await ownCtl(socketOf(node), 'ban', 'host', '127.0.60.9');
      await memcached.stop('SIGKILL');
      await expect.poll(() => connected(node, '127.0.60.2'), patience).toMatch(stranger);
      expect(await connected(node, '127.0.60.9')).toBe('530 made here');
      await converse(node, client, 'FOO', 'FOO', 'FOO', 'FOO');
      expect((await connected(node)).startsWith(offender)).toBe(true);
      expect(await connected(node, '127.0.0.1')).toMatch(/^220/);
    },
  );

  test('that is silent holds no greeting up for longer than a check may take', slow, async ({ expect }) => {
    const memcached = await kept(startMemcached());
    const node = await start(overMemcached(memcached.port));
    expect(await connected(node)).toMatch(/^220/);
    await memcached.pause();
    try {
      for (let number = 0; number < 5; number += 1) {
        const begunMs = performance.now();
        expect(await connected(node, `127.0.60.${20 + number}`)).toMatch(/^220/);
        // The deadline of a check is 2 s; the rest is for a busy machine. ProFTPD takes 15 s.
        expect(performance.now() - begunMs).toBeLessThan(7000);
      }
    } finally {
      memcached.resume();
    }
  });

  test('that starts anew gets the bans back', slow, async ({ expect }) => {
    const memcached = await kept(startMemcached());
    const [one, other] = await Promise.all([
      start(overMemcached(memcached.port)),
      start(overMemcached(memcached.port)),
    ]);
    await ownCtl(socketOf(one), 'ban', 'host', client);
    await expect.poll(() => connected(other), patience).toBe('530 made here');
    await memcached.stop('SIGKILL');
    const again = await kept(startMemcached({ port: memcached.port }));
    const late = await start(overMemcached(again.port));
    await expect.poll(() => connected(late), { timeout: 30_000 }).toBe('530 made here');
  });
});

test(
  'values that nobody of the pool wrote ban and free nobody',
  { ...slow, ...beside },
  async ({ expect }) => {
    const redis = await kept(startRedis());
    const node = await start(overRedis(redis.port), ['bob']);
    await ownCtl(socketOf(node), 'ban', 'host', client);
    const script = `for _, key in ipairs(redis.call('keys', '*')) do redis.call('set', key, 'garbage') end
    redis.call('set', 'mod_ban.{"ban_type_id":3,"ban_name":"bob"}' .. string.char(0), string.rep('{', 500000)) return 1`;
    writeFileSync(join(node.folder, 'damage.lua'), script);
    for (let round = 0; round < 3; round += 1) {
      await redis.cli('--eval', join(node.folder, 'damage.lua'));
      expect(await connected(node)).toBe('530 made here');
      expect(await attempt(node, { address: '127.0.60.3', user: 'bob', password: PASSWORD })).toMatch(/^230/);
    }
    const late = await start(overRedis(redis.port));
    await expect.poll(() => connected(late), patience).toBe('530 made here');
  },
);
