import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMemoryCache, newPoolSecret, PoolSecret, withNamespace, type Cache } from '@ftpd/cache';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import {
  removeFolder,
  runProgram,
  startMemcached,
  startOcspAuthority,
  startRedis,
  temporaryFolder,
  until,
  type IssuedCertificate,
  type OcspAuthority,
  type RedisServer,
  type TestMemcached,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createOcspStapler,
  type OcspEvent,
  type OcspStapler,
  type OcspStaplerOptions,
} from '../src/index.ts';

const patience = { connectTimeoutMs: 10_000, answerTimeoutMs: 10_000, deadlineMs: 10_000 };
const NODE = fileURLToPath(new URL('ocsp-node.ts', import.meta.url));

let folder: string;
let authority: OcspAuthority;
let memcached: TestMemcached;
let redis: RedisServer;
let issued = 0;
let certificate: IssuedCertificate;
let issuer: Buffer;
const endings: (() => Promise<unknown> | void)[] = [];

const der = ({ cert }: IssuedCertificate): Buffer => new X509Certificate(readFileSync(cert)).raw;

beforeAll(async () => {
  folder = temporaryFolder('ocsp-pool-');
  authority = await startOcspAuthority(folder);
  issuer = der(authority.ca);
  [memcached, redis] = await Promise.all([startMemcached(), startRedis()]);
});
beforeEach(async () => {
  delete authority.manner.instead;
  issued += 1;
  certificate = await authority.issue(`server${issued}`);
  await authority.declare(certificate, 'good');
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(async () => {
  await Promise.all([memcached?.stop('SIGKILL'), redis?.stop(), authority?.stop()]);
  removeFolder(folder);
});

interface Node {
  readonly stapler: OcspStapler;
  readonly events: OcspEvent[];
  readonly staple: () => Promise<Buffer | undefined>;
}

/** A process of the pool, as far as stapling goes. */
function node(options: OcspStaplerOptions): Node {
  const events: OcspEvent[] = [];
  const stapler = createOcspStapler({
    handshakeWaitMs: 10_000,
    cacheDeadlineMs: 10_000,
    onEvent: (event) => events.push(event),
    ...options,
  });
  endings.push(() => stapler.close());
  return { stapler, events, staple: () => stapler.staple(der(certificate), issuer) };
}

const keyOfOurs = (): Buffer => {
  const hash = new X509Certificate(readFileSync(certificate.cert)).fingerprint256;
  return Buffer.from(`ftpd.ocsp.${hash.replaceAll(':', '').toLowerCase()}`);
};
const keyOfClaim = (): Buffer => Buffer.concat([keyOfOurs(), Buffer.from('.asked')]);
const keyOfProftpd = (): Buffer => {
  const hash = new X509Certificate(readFileSync(certificate.cert)).fingerprint;
  return Buffer.from(`{"fingerprint":"${hash.replaceAll(':', '').toLowerCase()}"}\0`);
};

const secret = PoolSecret.parse(newPoolSecret());

const caches: readonly (readonly [string, () => Cache])[] = [
  ['memory', () => createMemoryCache()],
  ['memcached', () => createMemcacheCache({ servers: [memcached], ...patience })],
  [
    'Redis',
    () =>
      createRedisCache({
        server: { host: '127.0.0.1', port: redis.port },
        connectTimeoutMs: 10_000,
        deadlineMs: 10_000,
      }),
  ],
];

describe.each(caches)('a pool over %s', (_name, open) => {
  let cache: Cache;
  beforeEach(() => {
    cache = open();
    endings.push(() => cache.close());
  });

  it.each([
    ['sealed', { secret }],
    ['in clear', {}],
  ])('asks the responder once for all its nodes, records %s', async (_how, options) => {
    const before = authority.requestCount();
    const nodes = Array.from({ length: 5 }, () => node({ cache, ...options }));
    const answers = await Promise.all(nodes.map((each) => each.staple()));
    expect(new Set(answers.map((answer) => answer?.toString('hex'))).size).toBe(1);
    expect(answers[0]).toBeDefined();
    expect(authority.requestCount() - before).toBe(1);
    expect(nodes.flatMap(({ events }) => events.map(({ type }) => type)).sort()).toEqual([
      'fetched',
      'shared',
      'shared',
      'shared',
      'shared',
    ]);
  });

  it('has nothing in clear with a secret, and takes nothing that was changed', async () => {
    const first = await node({ cache, secret }).staple();
    const record = Buffer.from((await cache.get(keyOfOurs()))!);
    expect(record.includes(first!)).toBe(false);
    record[record.length - 1]! ^= 1;
    await cache.set(keyOfOurs(), record);
    await cache.delete(keyOfClaim());
    const second = node({ cache, secret });
    expect(await second.staple()).toBeDefined();
    expect(second.events.map(({ type }) => type)).toEqual(['fetched']);
  });

  it('takes no record of another certificate, and none of garbage', async () => {
    const other = await authority.issue(`other${issued}`);
    await authority.declare(other, 'good');
    const answer = await node({ cache }).stapler.staple(der(other), issuer);
    await cache.set(keyOfOurs(), answer!);
    const { staple, events } = node({ cache });
    expect(await staple()).not.toEqual(answer);
    expect(events.map(({ type }) => type)).toEqual(['refused', 'fetched']);
    expect(events[0]).toMatchObject({ from: 'pool', fault: 'otherCertificate' });
  });

  it("reads and writes ProFTPD's records, and believes no tryLater among them", async () => {
    const theirs = withNamespace(cache, 'mod_tls_memcache.ocsp.');
    await theirs.set(
      keyOfProftpd(),
      Buffer.from('{"expires":1795338037,"response":"MAMKAQM=","response_len":5}\0'),
    );
    const proftpd = { store: 'memcache' } as const;
    const first = node({ cache, proftpd });
    const answer = await first.staple();
    expect(first.events[0]).toMatchObject({ type: 'refused', from: 'proftpd', fault: 'tryLater' });
    expect(first.events[1]).toMatchObject({ type: 'fetched' });
    const record = Buffer.from((await theirs.get(keyOfProftpd()))!).toString();
    expect(record).toMatch(/^\{"expires":\d{10},"response":"[A-Za-z0-9+/=]+","response_len":\d+\}\0$/);
    await cache.delete(keyOfOurs());
    const second = node({ cache, proftpd });
    expect(await second.staple()).toEqual(answer);
    expect(second.events).toMatchObject([{ type: 'shared', from: 'proftpd', status: 'good' }]);
  });

  it('never shares a tryLater, and asks again when the responder has recovered', async () => {
    let nowMs = Date.now();
    authority.manner.instead = (_request, response) => void response.end(Buffer.from('30030a0103', 'hex'));
    const proftpd = { store: 'redis' } as const;
    const { staple, events } = node({
      cache,
      proftpd,
      now: () => nowMs,
      timeoutMs: 1000,
      givesTryLater: true,
    });
    expect((await staple())?.toString('hex')).toBe('30030a0103');
    expect(events.map(({ type }) => type)).toEqual(['failed']);
    expect(await cache.get(keyOfOurs())).toBeUndefined();
    expect(await withNamespace(cache, 'mod_tls_redis.ocsp.').get(keyOfProftpd())).toBeUndefined();
    delete authority.manner.instead;
    await cache.delete(keyOfClaim());
    nowMs += 12_000;
    await until(async () => ((await staple())?.length ?? 0) > 5, 18_000, 'an answer');
  });
});

it('two processes share one fetch', async () => {
  const before = authority.requestCount();
  const args = [
    '--conditions=@ftpd/source',
    NODE,
    String(memcached.port),
    certificate.cert,
    authority.ca.cert,
  ];
  const results = await Promise.all([1, 2, 3].map(() => runProgram(process.execPath, args)));
  const said = results.map(({ output }) => JSON.parse(output) as { answer: string; events: string[] });
  expect(new Set(said.map(({ answer }) => answer)).size).toBe(1);
  expect(said.map(({ events }) => events.join()).sort()).toEqual(['fetched', 'shared', 'shared']);
  expect(authority.requestCount() - before).toBe(1);
});

it('a cache that is away or silent costs a pool nothing but more questions', async () => {
  const gone = createMemcacheCache({ servers: [{ host: '127.0.0.1', port: 1 }], deadlineMs: 200 });
  endings.push(() => gone.close());
  const { staple, events } = node({
    cache: gone,
    secret,
    proftpd: { store: 'memcache' },
    cacheDeadlineMs: 200,
  });
  expect(await staple()).toBeDefined();
  expect(events.map(({ type }) => type)).toEqual(['outage', 'fetched']);
});
