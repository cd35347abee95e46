import { isCacheError, type Cache } from '@ftpd/cache';
import { freePort, startRedis, until, type RedisServer } from '@ftpd/test-services';
import { afterEach, expect, test } from 'vitest';
import { cacheDriver, createRedisCache } from '../src/index.ts';
import { startFakeServer } from './fake-server.ts';
import { startLoad } from './load.ts';

const FAILOVER_MS = 15_000;
const TEST_MS = 60_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

async function kept(server: Promise<RedisServer>): Promise<RedisServer> {
  const started = await server;
  cleanups.push(() => started.stop());
  return started;
}

async function startPair(): Promise<{
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinel: RedisServer;
}> {
  const secrets = [
    '--requirepass',
    'pool:secret',
    '--masterauth',
    'pool:secret',
    '--repl-diskless-sync-delay',
    '0',
  ];
  const master = await kept(startRedis({ args: secrets }));
  const replica = await kept(
    startRedis({
      args: [...secrets, '--replicaof', `127.0.0.1 ${master.port}`],
    }),
  );
  await until(
    async () => (await asked(replica, 'role')).includes('connected'),
    FAILOVER_MS,
    'a replica that follows',
  );
  const sentinel = await kept(
    startRedis({
      sentinelConfiguration: [
        `sentinel monitor pool 127.0.0.1 ${master.port} 1`,
        'sentinel auth-pass pool pool:secret',
        'sentinel down-after-milliseconds pool 500',
        'sentinel failover-timeout pool 3000',
        '',
      ].join('\n'),
    }),
  );
  await until(
    async () => /master-link-status\s+ok/.test(await sentinel.cli('sentinel', 'replicas', 'pool')),
    FAILOVER_MS,
    'a sentinel that knows that the replica follows',
  );
  return { master, replica, sentinel };
}

function asked(server: RedisServer, ...words: readonly string[]): Promise<string> {
  return server.cli('-a', 'pool:secret', '--no-auth-warning', ...words);
}

async function open(sentinels: readonly number[], log: string[] = []): Promise<Cache> {
  const hosts = sentinels.map((port) => `127.0.0.1:${port}`).join(',');
  const cache = await cacheDriver.connect({
    url: `redis+sentinel://:pool%3Asecret@${hosts}/pool/0`,
    options: { 'max-retry-delay-ms': '200' },
    log: (severity, line) => {
      if (severity !== 'debug') log.push(`${severity}: ${line}`);
    },
  });
  cleanups.push(() => cache.close());
  return cache;
}

async function works(cache: Cache): Promise<boolean> {
  try {
    await cache.set(bytes('works'), bytes('yes'));
    return true;
  } catch (error) {
    if (!isCacheError(error)) throw error;
    return false;
  }
}

test(
  'a failover is followed under load: the master is killed, and its replica takes over',
  { timeout: TEST_MS },
  async () => {
    const { master, replica, sentinel } = await startPair();
    const log: string[] = [];
    const cache = await open([sentinel.port], log);
    expect(await works(cache)).toBe(true);
    const heard: string[] = [];
    await cache.bus?.subscribe('news', (message) => heard.push(text(message) as string));
    await cache.set(bytes('from before'), bytes('kept'));
    // One that the replica has confirmed: what it has not would be lost, by the design of Redis.
    await until(
      async () => (await asked(replica, 'get', 'from before')) === 'kept',
      FAILOVER_MS,
      'the copy of the replica',
    );
    const load = startLoad(cache, 10);
    await master.process().stop('SIGKILL');
    await until(() => log.length > 0, FAILOVER_MS, 'the loss of the master');
    await until(() => works(cache), FAILOVER_MS, 'a new master');
    const { wrong, failures, slowestMs } = await load.end();
    expect(wrong).toBe(0);
    expect(
      [...failures.keys()].filter((code) => code !== 'CACHE_UNAVAILABLE' && code !== 'CACHE_TIMEOUT'),
    ).toEqual([]);
    expect(slowestMs).toBeLessThan(2_000 + 3_000);
    expect(text(await cache.get(bytes('from before')))).toBe('kept');
    expect(await asked(replica, 'get', 'works')).toBe('yes');
    await until(
      async () => {
        await cache.bus?.publish('news', bytes('new master'));
        return heard.includes('new master');
      },
      FAILOVER_MS,
      'messages from the new master',
    );
    expect(log.map((line) => line.replace(/:.*/, ''))).toEqual(['warning', 'notice']);
  },
);

test(
  'a failover by command is followed at once, while the old master still takes writes',
  { timeout: TEST_MS },
  async () => {
    const { master, replica, sentinel } = await startPair();
    const cache = await open([sentinel.port]);
    expect(await works(cache)).toBe(true);
    const heard: string[] = [];
    await cache.bus?.subscribe('news', (message) => heard.push(text(message) as string));
    await until(
      async () => (await sentinel.cli('client', 'list', 'type', 'pubsub')).includes('sub=1'),
      FAILOVER_MS,
      'our ear at the sentinel',
    );
    await until(
      async () => (await sentinel.cli('sentinel', 'failover', 'pool')) === 'OK',
      FAILOVER_MS,
      'a sentinel that finds the replica good enough',
    );
    await until(
      async () => {
        const isWorking = await works(cache);
        return (
          isWorking &&
          (await asked(replica, 'get', 'works')) === 'yes' &&
          (await asked(replica, 'role')).startsWith('master')
        );
      },
      FAILOVER_MS,
      'the new master',
    );
    const turn = { count: 0 };
    await until(
      async () => {
        turn.count += 1;
        await cache.set(bytes('after'), bytes(`${turn.count}`)).catch(() => undefined);
        return (await asked(replica, 'get', 'after')) === `${turn.count}`;
      },
      FAILOVER_MS,
      'writes to the new master',
    );
    await until(
      async () => {
        await asked(replica, 'publish', 'news', 'from the new master');
        return heard.length > 0;
      },
      FAILOVER_MS,
      'messages of the new master',
    );
    expect((await asked(master, 'role')).startsWith('master')).toBe(true);
  },
);

test('a sentinel that is away, and one that is silent, do no harm', async () => {
  const { sentinel } = await startPair();
  const silent = await startFakeServer(() => {});
  cleanups.push(() => silent.close());
  const cache = await open([await freePort(), silent.port, sentinel.port]);
  expect(await works(cache)).toBe(true);
});

test('sentinels that are all away, or know no such master, are an outage', async () => {
  const { sentinel } = await startPair();
  const away = await open([await freePort()]);
  await expect(away.get(bytes('x'))).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  const cache = await cacheDriver.connect({
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/other`,
    options: {},
  });
  cleanups.push(() => cache.close());
  await expect(cache.get(bytes('x'))).rejects.toMatchObject({
    code: 'CACHE_UNAVAILABLE',
    cause: { message: "the sentinels know no master called 'other'" },
  });
});

test(
  'without a name, the first master that the sentinels know is asked, and its failover followed',
  { timeout: TEST_MS },
  async () => {
    const { replica, sentinel } = await startPair();
    const cache = createRedisCache({
      sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
      password: 'pool:secret',
      maxRetryDelayMs: 200,
    });
    cleanups.push(() => cache.close());
    await until(() => works(cache), FAILOVER_MS, 'the first master');
    await until(
      async () => (await sentinel.cli('client', 'list', 'type', 'pubsub')).includes('sub=1'),
      FAILOVER_MS,
      'our ear at the sentinel',
    );
    await sentinel.cli('sentinel', 'failover', 'pool');
    await until(async () => (await asked(replica, 'role')).includes('master'), FAILOVER_MS, 'the new master');
    let number = 0;
    await until(
      async () => {
        // Another key each time: one that the old master still took would come by replication.
        number += 1;
        await cache.set(bytes(`after ${number}`), bytes('here')).catch(() => undefined);
        return (await asked(replica, 'get', `after ${number}`)) === 'here';
      },
      FAILOVER_MS,
      'writes on the new master',
    );
    expect(text(await cache.get(bytes(`after ${number}`)))).toBe('here');
  },
);
