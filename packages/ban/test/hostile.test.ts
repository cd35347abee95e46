import { withNamespace, type Cache } from '@ftpd/cache';
import { createRedisCache } from '@ftpd/cache-redis';
import { startRedis, type RedisServer } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bans, BansOptions } from '../src/index.ts';
import { shardOf } from '../src/pool/shard.ts';
import { bob, host, open, rule } from './nodes.ts';
import { realStores } from './real-stores.ts';

const patience = { timeout: 15_000 };
const shards = Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, '0'));
/** Those that matter here, and some more. */
const touched = [...new Set([shardOf('user:bob'), shardOf(`host:${host.name}`), 0, 1, 2, 3])].map(
  (shard) => shards[shard] as string,
);
const year9999 = 253_402_300_799_000;

/** What somebody may write there who can write at all. */
const nonsense: readonly (readonly [name: string, value: (shard: string) => string])[] = [
  ['nothing', () => ''],
  ['no JSON', (shard) => `garbage ${shard}`],
  ['another JSON', () => '{"bans":[]}'],
  ['half of a JSON', () => '["ftpd-bans-1",["user:bob",0,0,1'],
  ['a deep one', () => '['.repeat(400_000)],
  [
    'a megabyte of no rows',
    () => JSON.stringify(['ftpd-bans-1', ...Array.from({ length: 90_000 }, () => ['x', 1])]),
  ],
  [
    'rows with absurd values',
    () =>
      JSON.stringify([
        'ftpd-bans-1',
        ['user:bob', 2 ** 40, 1, 0, null, 0, '', null, '', '', null],
        ['user:bob', 0, 2, -1, null, 0, '', null, '', '', null],
        ['user:bob', 0, 1, 1e300, null, 1e300, '', null, '', '', null],
        ['user:bob', 1.5, 1, 0, null, 0, '', null, '', '', null],
        ['host:not an address', 0, 0, 0, null, 0, '', null, '', '', null],
        ['nobody', 0, 0, 0, null, 0, '', null, '', '', null],
        ['user:bob', 0, 0, 0, null, 0, 'x'.repeat(100_000), null, '', '', null],
      ]),
  ],
];

describe.each(realStores)('over %s', (_name, start) => {
  test.each(nonsense)(
    'shards that are %s lift nothing, ban nobody, and are put right',
    async (_what, value) => {
      const store = await start();
      const caches = [store.connect(), store.connect(), store.connect()] as const;
      try {
        const one = open({ cache: caches[0], pollMs: 1000 });
        await one.ban(bob);
        const ours = withNamespace(caches[1], 'ftpd.ban.');
        for (const shard of touched) await ours.set(Buffer.from(`s${shard}`), Buffer.from(value(shard)));
        for (const shard of shards) await ours.set(Buffer.from(`v${shard}`), Buffer.from('no counter'));
        await ours.set(Buffer.from('n'), Buffer.from('-5'));
        expect(await one.refresh()).toBe(true);
        expect(one.peek([bob])?.outcome).toBe('banned');
        expect(await one.ban(host)).toMatchObject({ outcome: 'banned', isLocal: false });
        const other = open({ cache: caches[2] });
        await expect
          .poll(async () => (await other.list()).map(({ subject }) => subject.name).toSorted(), patience)
          .toEqual([host.name, 'bob']);
      } finally {
        for (const cache of caches) await cache.close();
        await store.stop();
      }
    },
  );
});

describe('over a Redis in which somebody writes', () => {
  let server: RedisServer;
  let cache: Cache;
  let other: Cache;
  const connect = (): Cache =>
    createRedisCache({
      server: { host: '127.0.0.1', port: server.port },
      deadlineMs: 10_000,
      silenceTimeoutMs: 10_000,
      connectTimeoutMs: 10_000,
    });
  const node = (options: BansOptions = {}): Bans => open({ cache, pollMs: 100, ...options });
  beforeEach(async () => {
    server = await startRedis();
    cache = connect();
    other = connect();
  });
  afterEach(async () => {
    await cache.close();
    await other.close();
    await server.stop();
  });

  test('values that are too large or no strings are put right', async () => {
    const events: string[] = [];
    const one = node({ onEvent: ({ type }) => events.push(type) });
    await one.refresh();
    await server.cli(
      'eval',
      `for i = 0, 40 do redis.call('set', string.format('ftpd.ban.s%02x', i), string.rep('x', 1100000)) end
      for i = 41, 255 do local k = string.format('ftpd.ban.s%02x', i) redis.call('del', k) redis.call('rpush', k, 'x') end
      for i = 0, 255 do local k = string.format('ftpd.ban.v%02x', i) redis.call('del', k) redis.call('rpush', k, 'x') end
      redis.call('del', 'ftpd.ban.n') redis.call('rpush', 'ftpd.ban.n', 'x') return 1`,
      '0',
    );
    const names = Array.from({ length: 100 }, (_, at) => `user ${at}`);
    for (const name of names)
      expect(await one.ban({ type: 'user', name })).toMatchObject({ outcome: 'banned', isLocal: false });
    const late = open({ cache: other, pollMs: 100 });
    await expect.poll(async () => (await late.list()).length, patience).toBe(100);
    expect(await one.refresh()).toBe(true);
    await expect.poll(() => one.peek([host]), patience).toEqual({ outcome: 'free', basis: 'known' });
  });

  test('counters that are no numbers, or the largest, are no outage', async () => {
    const events: string[] = [];
    const one = node({
      rules: [rule, { ...rule, name: 'sliding', window: 'sliding' }],
      onEvent: ({ type }) => events.push(type),
    });
    await one.report('login-failed', host);
    for (const value of ['twelve', '-7', '9007199254740991', '99999999999999999999999', '']) {
      for (const key of (await server.cli('--raw', 'keys', 'ftpd.ban.c*')).split('\n'))
        await server.cli('set', key, value);
      const result = await one.report('login-failed', host);
      expect(['counted', 'banned']).toContain(result.outcome);
      expect(result).toMatchObject({ isLocal: false });
      await one.permit(host);
    }
    expect(events).not.toContain('outage');
  });

  test('a permit of a ban from the year 9999 reaches other nodes', async () => {
    const row = ['user:bob', 0, 0, year9999, null, 0, 'forged', null, '', '', null];
    const one = node();
    const shard = shards[shardOf('user:bob')] as string;
    await server.cli('set', `ftpd.ban.s${shard}`, JSON.stringify(['ftpd-bans-1', row]));
    await server.cli('incrby', `ftpd.ban.v${shard}`, '77');
    await server.cli('incrby', 'ftpd.ban.n', '77');
    await expect.poll(() => one.peek([bob])?.outcome, patience).toBe('banned');
    await one.permit(bob);
    const late = open({ cache: other });
    expect(await late.check([bob])).toMatchObject({ outcome: 'free', basis: 'known' });
  });

  test('a record of ProFTPD that is too large spoils neither others nor the pool', async () => {
    const events: string[] = [];
    const bans = node({ proftpd: { encoding: 'json' }, onEvent: ({ type }) => events.push(type) });
    await bans.refresh();
    await bans.ban(bob);
    const name = (type: number, text: string): string =>
      `mod_ban.{"ban_type_id":${type},"ban_name":"${text}"}`;
    await server.cli(
      'eval',
      `redis.call('set', ARGV[1] .. string.char(0), string.rep('x', 1100000)) redis.call('rpush', ARGV[2] .. string.char(0), 'x') return 1`,
      '0',
      name(2, '192.0.2.1'),
      name(1, 'local'),
    );
    const record = {
      version: 2,
      update_ts: Math.floor(Date.now() / 1000),
      ip_addr: '10.0.0.9',
      port: 5376,
      ban_type: 'user ban',
      ban_name: 'eve',
      ban_reason: 'r',
      ban_message: '',
      expires_ts: 0,
      server_id: 1,
    };
    await other.set(Buffer.from(`${name(3, 'eve')}\0`), Buffer.from(`${JSON.stringify(record)}\0`));
    const client = [host, { type: 'class', name: 'local' }] as const;
    expect(await bans.check(client)).toEqual({ outcome: 'free', basis: 'known' });
    expect(await bans.check([...client, { type: 'user', name: 'eve' }])).toMatchObject({ outcome: 'banned' });
    expect(events).not.toContain('outage');
  });
});
