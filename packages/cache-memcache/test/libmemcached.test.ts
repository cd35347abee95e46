import { startMemcached, type TestMemcached } from '@ftpd/test-services';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemcacheCache, createRing, parseServer, type MemcacheCache } from '../src/index.ts';
import { libmemcached } from './libmemcached.ts';

/** A busy machine must not look like a silent server. */
const patient = { connectTimeoutMs: 10_000, answerTimeoutMs: 10_000, deadlineMs: 10_000 };

/** Keys as ProFTPD has them, and worse. */
const anyKey = fc.uint8Array({ minLength: 1, maxLength: 120 }).map((bytes) => Buffer.from(bytes));

const anyServer = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}[a-z]$/),
      fc.stringMatching(/^\/run\/[a-z]{1,9}\.sock$/),
    ),
    fc.oneof(fc.constant(11_211), fc.integer({ min: 1, max: 65_535 })),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })),
  )
  .map(([host, port, weight]) => (host.startsWith('/') ? host : `${host}:${port}:${weight}`));

const anyPool = fc.record({
  servers: fc.uniqueArray(anyServer, { minLength: 1, maxLength: 9 }),
  keys: fc.array(anyKey, { minLength: 60, maxLength: 60 }),
});

describe("libmemcached's choice of servers", () => {
  it('is ours, for pools of any servers, ports and weights', async () => {
    const pools = fc.sample(anyPool, { numRuns: 60, seed: 4 });
    const theirs = await libmemcached(
      pools.map(({ servers, keys }) => ({
        servers: servers.join(','),
        steps: keys.map((key) => ['where', key] as const),
      })),
    );
    const ours = pools.map(({ servers, keys }) => {
      const ring = createRing(servers.map(parseServer));
      return keys.map(ring);
    });
    expect(ours).toEqual(theirs);
  });
});

describe('libmemcached over three servers', () => {
  let servers: TestMemcached[];
  let names: string;
  let cache: MemcacheCache;
  const sample = fc.sample(anyKey, { numRuns: 300, seed: 44 });
  const keys = [...new Map(sample.map((key) => [key.toString('hex'), key])).values()];

  beforeAll(async () => {
    servers = await Promise.all([startMemcached(), startMemcached(), startMemcached()]);
    names = servers.map(({ host, port }) => `${host}:${port}`).join(',');
    cache = createMemcacheCache({ ...patient, servers, replicas: 1 });
  });

  afterAll(async () => {
    await cache?.close();
    await Promise.all((servers ?? []).map((server) => server.stop()));
  });

  it('finds what we write, below a prefix of its own', async () => {
    const ours = cache.scoped(Buffer.from('mod_ban.'));
    await Promise.all(keys.map((key, n) => ours.set(key, Buffer.from(`ours ${n}`))));
    const [answers] = await libmemcached([
      { servers: names, prefix: 'mod_ban.', steps: keys.map((key) => ['get', key] as const) },
    ]);
    expect(answers).toEqual(keys.map((_, n) => Buffer.from(`ours ${n}`).toString('hex')));
  });

  it('writes what we find, and what it deletes is gone', async () => {
    const ours = cache.scoped(Buffer.from('mod_tls_memcache.sessions.'));
    const exptime = Math.floor(Date.now() / 1000) + 1000;
    const write = keys.map((key, n) => ['set', key, Buffer.from(`theirs ${n}`), exptime] as const);
    await libmemcached([
      {
        servers: names,
        prefix: 'mod_tls_memcache.sessions.',
        steps: [...write, ...keys.slice(0, 20).map((key) => ['delete', key] as const)],
      },
    ]);
    const answers = await ours.getMany(keys);
    const texts = answers.map((answer) =>
      answer.outcome === 'value' ? Buffer.from(answer.value).toString() : answer.outcome,
    );
    expect(texts).toEqual(keys.map((_, n) => (n < 20 ? 'miss' : `theirs ${n}`)));
  });

  it('finds our replicas when a server is away, as we find its own', async () => {
    const prefix = 'copied.';
    const ours = cache.scoped(Buffer.from(prefix));
    await Promise.all(keys.map((key) => ours.set(key, Buffer.from('ours'))));
    const theirKeys = keys.map((key) => Buffer.concat([key, Buffer.from('+')]));
    await libmemcached([
      {
        servers: names,
        prefix,
        replicas: 1,
        steps: theirKeys.map((key) => ['set', key, Buffer.from('theirs'), 0] as const),
      },
    ]);
    await servers[1]?.stop('SIGKILL');
    const texts = async (asked: readonly Buffer[]): Promise<Set<string>> =>
      new Set(
        (await ours.getMany(asked)).map((answer) =>
          answer.outcome === 'value' ? Buffer.from(answer.value).toString() : answer.outcome,
        ),
      );
    expect(await texts(keys)).toEqual(new Set(['ours']));
    expect(await texts(theirKeys)).toEqual(new Set(['theirs']));
  });
});
