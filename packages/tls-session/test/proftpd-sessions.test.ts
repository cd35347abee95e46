import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import { withNamespace, type Cache } from '@ftpd/cache';
import {
  BASE_CONFIGURATION,
  startMemcached,
  startProftpd,
  startRedis,
  type TestServer,
} from '@ftpd/test-services';
import { constants } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProftpdSessions, TlsSessionsOptions } from '../src/index.ts';
import {
  decodeProftpdSession,
  encodeProftpdKey,
  encodeProftpdSession,
  proftpdPrefixes,
} from '../src/proftpd/session-records.ts';
import { readSession } from '../src/session/session-record.ts';
import { certificates, openssl, startNode, type TestNode } from './pool.ts';

const keys = certificates();
const patience = { connectTimeoutMs: 10_000, deadlineMs: 10_000 };

interface Store {
  readonly cache: Cache;
  /** What makes ProFTPD keep its sessions there. */
  readonly directives: string;
  stop(): Promise<unknown>;
}

async function memcachedStore(info: string): Promise<Store> {
  const server = await startMemcached();
  return {
    cache: createMemcacheCache({ servers: [server], answerTimeoutMs: 10_000, ...patience }),
    directives: `LoadModule mod_memcache.c
LoadModule mod_tls.c
LoadModule mod_tls_memcache.c
MemcacheEngine on
MemcacheServers ${server.host}:${server.port}
TLSSessionCache memcache:${info}`,
    stop: () => server.stop('SIGKILL'),
  };
}

async function redisStore(): Promise<Store> {
  const server = await startRedis();
  return {
    cache: createRedisCache({ server: { host: '127.0.0.1', port: server.port }, ...patience }),
    directives: `LoadModule mod_redis.c
LoadModule mod_tls.c
LoadModule mod_tls_redis.c
RedisEngine on
RedisServer 127.0.0.1:${server.port}
TLSSessionCache redis:`,
    stop: () => server.stop(),
  };
}

describe.each([
  ['memcached, as TPL', { encoding: 'tpl', store: 'memcache' }, () => memcachedStore('')],
  ['memcached, as JSON', { encoding: 'json', store: 'memcache' }, () => memcachedStore('/json')],
  ['Redis', { encoding: 'json', store: 'redis' }, redisStore],
] as const)('with a real ProFTPD over %s', (_name, proftpd: ProftpdSessions, open) => {
  let store: Store;
  let server: TestServer;
  let records: Cache;

  beforeAll(async () => {
    store = await open();
    records = withNamespace(store.cache, proftpdPrefixes[proftpd.store]);
    server = await startProftpd({
      config: `${BASE_CONFIGURATION}
${store.directives}
TLSEngine on
TLSProtocol TLSv1.2
TLSECCertificateFile ${keys.paths.serverCert}
TLSECCertificateKeyFile ${keys.paths.serverKey}
`,
    });
  });
  afterAll(async () => {
    await store?.cache.close();
    await server?.process.stop('SIGTERM');
    await server?.stop();
    await store?.stop();
  });

  const startOurs = (more: TlsSessionsOptions = {}): Promise<TestNode> =>
    startNode(
      { key: keys.key, cert: keys.cert, secureOptions: constants.SSL_OP_NO_TICKET },
      { cache: store.cache, proftpd, deadlineMs: 10_000, maxNearSessions: 0, ...more },
    );
  const atProftpd = (...words: string[]): Promise<string> =>
    openssl(server.port, ['-starttls', 'ftp', '-tls1_2', ...words]);
  const atOurs = (port: number, ...words: string[]): Promise<string> => openssl(port, ['-tls1_2', ...words]);
  const idIn = (said: string): Buffer =>
    Buffer.from(/Session-ID: ([0-9A-F]{64})/.exec(said)?.[1] ?? '', 'hex');

  it('resumes a session of its own here', async () => {
    const ours = await startOurs();
    const file = join(server.folder, 'theirs.pem');
    expect(await atProftpd('-sess_out', file)).toMatch(/^New, TLSv1.2/m);
    expect(await atOurs(ours.port, '-sess_in', file)).toMatch(/^Reused, TLSv1.2/m);
    expect(ours.events).toContainEqual({ type: 'hit', kind: 'ids', from: 'far' });
  });

  it('resumes a session of ours there', async () => {
    const ours = await startOurs();
    const file = join(server.folder, 'ours.pem');
    expect(await atOurs(ours.port, '-sess_out', file)).toMatch(/^New, TLSv1.2/m);
    expect(await atProftpd('-sess_in', file)).toMatch(/^Reused, TLSv1.2/m);
  });

  it('writes what we would write, but for what lies behind a session', async () => {
    const id = idIn(await atProftpd());
    const record = Buffer.from((await records.get(encodeProftpdKey(proftpd.encoding, id)))!);
    const session = decodeProftpdSession(proftpd.encoding, record)!;
    const fields = readSession(session.der)!;
    expect(Buffer.from(fields.id).equals(id)).toBe(true);
    expect(session.expiresS).toBe(fields.startS + 1800);
    const written = Buffer.from(encodeProftpdSession(proftpd.encoding, session)!);
    const length = proftpd.encoding === 'tpl' ? 28 + session.der.length : record.length;
    expect(record.subarray(0, length).toString('hex')).toBe(written.subarray(0, length).toString('hex'));
    expect(written.length).toBe(record.length);
    expect(written.subarray(length).every((byte) => byte === 0)).toBe(true);
  });

  it('finds a session of ours only as long as it lasts', async () => {
    const ours = await startOurs({ sessionTtlMs: 3000 });
    const file = join(server.folder, 'short.pem');
    const id = idIn(await atOurs(ours.port, '-sess_out', file));
    const key = encodeProftpdKey(proftpd.encoding, id);
    expect(await records.get(key)).toBeDefined();
    await expect.poll(() => records.get(key), { timeout: 10_000, interval: 100 }).toBeUndefined();
    expect(await atProftpd('-sess_in', file)).toMatch(/^New, TLSv1.2/m);
  });

  it('resumes nothing that was removed', async () => {
    const ours = await startOurs();
    const file = join(server.folder, 'removed.pem');
    const id = idIn(await atProftpd('-sess_out', file));
    await ours.shared.sessions.remove(id);
    expect(await atProftpd('-sess_in', file)).toMatch(/^New, TLSv1.2/m);
  });

  it("takes a session of another of ProFTPD's virtual servers, in our own context", async () => {
    const ours = await startOurs();
    const file = join(server.folder, 'virtual.pem');
    const id = idIn(await atProftpd('-sess_out', file));
    const key = encodeProftpdKey(proftpd.encoding, id);
    const session = decodeProftpdSession(proftpd.encoding, (await records.get(key))!)!;
    const { context } = readSession(session.der)!;
    expect(Buffer.from(context).toString('hex')).toBe('01000000');
    // As a server that was chosen by its name writes it.
    context.set([2]);
    await records.set(key, encodeProftpdSession(proftpd.encoding, session)!);
    expect(await atOurs(ours.port, '-sess_in', file)).toMatch(/^Reused, TLSv1.2/m);
    context.set([1, 1, 1, 1]);
    await records.set(key, encodeProftpdSession(proftpd.encoding, session)!);
    expect(await atOurs(ours.port, '-sess_in', file)).toMatch(/^New, TLSv1.2/m);
  });

  it('asks each time for a session that it did not make, and finds its own by itself', async () => {
    const ours = await startOurs({ maxNearSessions: 100 });
    const [theirs, own] = [join(server.folder, 'asked.pem'), join(server.folder, 'own.pem')];
    const id = idIn(await atProftpd('-sess_out', theirs));
    expect(await atOurs(ours.port, '-sess_in', theirs)).toMatch(/^Reused, TLSv1.2/m);
    await records.delete(encodeProftpdKey(proftpd.encoding, id));
    expect(await atOurs(ours.port, '-sess_in', theirs)).toMatch(/^New, TLSv1.2/m);
    const ownId = idIn(await atOurs(ours.port, '-sess_out', own));
    // Another key in its place: whoever made the session does not look there.
    await records.set(encodeProftpdKey(proftpd.encoding, ownId), Buffer.from('something else'));
    expect(await atOurs(ours.port, '-sess_in', own)).toMatch(/^Reused, TLSv1.2/m);
  });
});
