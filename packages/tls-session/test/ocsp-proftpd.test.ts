import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import type { Cache } from '@ftpd/cache';
import {
  BASE_CONFIGURATION,
  removeFolder,
  stapledHandshake,
  startMemcached,
  startOcspAuthority,
  startProftpd,
  startRedis,
  temporaryFolder,
  type IssuedCertificate,
  type OcspAuthority,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOcspStapler, type OcspEvent, type OcspStapler } from '../src/index.ts';

const patience = { connectTimeoutMs: 10_000, deadlineMs: 10_000 };

interface Store {
  readonly cache: Cache;
  /** What makes ProFTPD keep its answers there. */
  readonly directives: string;
  stop(): Promise<unknown>;
}

async function memcachedStore(): Promise<Store> {
  const server = await startMemcached();
  return {
    cache: createMemcacheCache({ servers: [server], answerTimeoutMs: 10_000, ...patience }),
    directives: `LoadModule mod_memcache.c
LoadModule mod_tls_memcache.c
MemcacheEngine on
MemcacheServers ${server.host}:${server.port}
TLSStaplingCache memcache:`,
    stop: () => server.stop('SIGKILL'),
  };
}

async function redisStore(): Promise<Store> {
  const server = await startRedis();
  return {
    cache: createRedisCache({ server: { host: '127.0.0.1', port: server.port }, ...patience }),
    directives: `LoadModule mod_redis.c
LoadModule mod_tls_redis.c
RedisEngine on
RedisServer 127.0.0.1:${server.port}
TLSStaplingCache redis:`,
    stop: () => server.stop(),
  };
}

describe.each([
  ['memcache', memcachedStore],
  ['redis', redisStore],
] as const)('with a real ProFTPD over %s', (store, open) => {
  let folder: string;
  let authority: OcspAuthority;
  let certificate: IssuedCertificate;
  let shared: Store;
  let stapler: OcspStapler;
  const events: OcspEvent[] = [];
  const der = ({ cert }: IssuedCertificate): Buffer => new X509Certificate(readFileSync(cert)).raw;
  const staple = (): Promise<Buffer | undefined> => stapler.staple(der(certificate), der(authority.ca));

  beforeAll(async () => {
    folder = temporaryFolder('ocsp-proftpd-');
    authority = await startOcspAuthority(folder);
    shared = await open();
  });
  beforeEach(async () => {
    delete authority.manner.instead;
    certificate = await authority.issue('server');
    await authority.declare(certificate, 'good');
    events.length = 0;
    stapler = createOcspStapler({
      cache: shared.cache,
      proftpd: { store },
      handshakeWaitMs: 10_000,
      cacheDeadlineMs: 10_000,
      onEvent: (event) => events.push(event),
    });
  });
  afterEach(() => stapler.close());
  afterAll(async () => {
    await shared?.cache.close();
    await Promise.all([shared?.stop(), authority?.stop()]);
    removeFolder(folder);
  });

  /** What a client of ProFTPD sees. */
  async function statusAtProftpd(): Promise<string> {
    const proftpd = await startProftpd({
      config: `${BASE_CONFIGURATION}
LoadModule mod_tls.c
${shared.directives}
TLSEngine on
TLSProtocol TLSv1.2
TLSECCertificateFile ${certificate.cert}
TLSECCertificateKeyFile ${certificate.key}
TLSCACertificateFile ${authority.ca.cert}
TLSStapling on
TLSStaplingTimeout 5
`,
    });
    try {
      return (await stapledHandshake(proftpd.port, ['-starttls', 'ftp', '-tls1_2'])).status;
    } finally {
      // Killed, it would leave its shared memory to the system.
      await proftpd.process.stop('SIGTERM');
      await proftpd.stop();
    }
  }

  it('its answer is stapled by us without another question', async () => {
    expect(await statusAtProftpd()).toBe('good');
    const before = authority.requestCount();
    expect(await staple()).toBeDefined();
    expect(events).toMatchObject([{ type: 'shared', from: 'proftpd', status: 'good' }]);
    expect(authority.requestCount()).toBe(before);
  });

  it('our answer is stapled by it without another question', async () => {
    expect(await staple()).toBeDefined();
    const before = authority.requestCount();
    expect(await statusAtProftpd()).toBe('good');
    expect(authority.requestCount()).toBe(before);
  });

  it('its tryLater is not believed, and mended for it', async () => {
    authority.manner.instead = (_request, response) => void response.writeHead(500).end();
    expect(await statusAtProftpd()).toBe('tryLater');
    delete authority.manner.instead;
    expect(await staple()).toBeDefined();
    expect(events).toMatchObject([
      { type: 'refused', from: 'proftpd', fault: 'tryLater' },
      { type: 'fetched', status: 'good' },
    ]);
    expect(await statusAtProftpd()).toBe('good');
  });
});
