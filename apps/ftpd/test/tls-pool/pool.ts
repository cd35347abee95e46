import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newPoolSecret, type Cache } from '@ftpd/cache';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import {
  BASE_CONFIGURATION,
  makeCertificates,
  startFtpd,
  startMemcached,
  startProftpd,
  startRedis,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';

/** Where a pool shares its sessions. */
export interface TlsStore {
  /** Directives of every node. */
  readonly directives: string;
  /** What stands before the ids of sessions in its keys, and behind. Undefined: they are no text. */
  readonly keyOf?: (id: string) => string;
  open(): Cache;
  /** Makes it lose all. */
  flush(): Promise<unknown>;
  /** It is still there, and answers nothing. */
  pause(): Promise<unknown>;
  resume(): void;
  stop(): Promise<unknown>;
}

async function memcached(info: string): Promise<TlsStore> {
  const server = await startMemcached();
  return {
    directives: `LoadModule mod_memcache.c
LoadModule mod_tls.c
LoadModule mod_tls_memcache.c
MemcacheEngine on
MemcacheServers ${server.host}:${server.port}
TLSSessionCache memcache:${info}`,
    ...(info === '/json' ? { keyOf: (id: string) => `mod_tls_memcache.sessions.{"id":"${id}"}\0` } : {}),
    open: () => createMemcacheCache({ servers: [server] }),
    flush: async () => {
      const socket = connect(server.port, server.host).end('flush_all\r\nquit\r\n');
      await new Promise((resolve) => socket.resume().once('close', resolve));
    },
    pause: () => server.pause(),
    resume: () => {
      server.resume();
    },
    stop: () => server.stop('SIGKILL'),
  };
}

async function redis(): Promise<TlsStore> {
  const server = await startRedis();
  return {
    directives: `LoadModule mod_redis.c
LoadModule mod_tls.c
LoadModule mod_tls_redis.c
RedisEngine on
RedisServer 127.0.0.1:${server.port}
TLSSessionCache redis:`,
    keyOf: (id) => `mod_tls_redis.sessions.{"id":"${id}"}\0`,
    open: () => createRedisCache({ server: { host: '127.0.0.1', port: server.port } }),
    flush: () => server.cli('flushall'),
    pause: async () => process.kill(server.process().pid, 'SIGSTOP'),
    resume: () => {
      process.kill(server.process().pid, 'SIGCONT');
    },
    stop: () => server.stop(),
  };
}

export const tlsStores: readonly (readonly [name: string, start: () => Promise<TlsStore>])[] = [
  ['memcached, TPL', () => memcached('')],
  ['memcached, JSON', () => memcached('/json')],
  ['Redis', redis],
];

export interface TlsPool {
  readonly proftpd: TestServer;
  /** Two of ours. */
  readonly ours: TestServer;
  readonly other: TestServer;
  stop(): Promise<void>;
}

/** What every node of a pool has; only ours speak TLS 1.3, and have a secret. */
export async function tlsSetup(
  folder: string,
  directives: string,
  users: readonly string[],
): Promise<ServerSetup> {
  const { serverCert, serverKey } = await makeCertificates(folder);
  // Whoever starts the daemon owns it; the files of a server are those of the user who serves.
  const secret = join(folder, 'secret');
  writeFileSync(secret, newPoolSecret(), { mode: 0o600 });
  return {
    config: `${BASE_CONFIGURATION}${directives}
TLSEngine on
TLSRequired on
TLSLog %{env:FTPD_TEST_FOLDER}/tls.log
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key
<IfModule mod_ftpd.c>
  TLSProtocol TLSv1.2 TLSv1.3
  PoolSecretFile ${secret}
</IfModule>
<IfModule !mod_ftpd.c>
  TLSProtocol TLSv1.2
</IfModule>
`,
    users: users.map((name) => ({ name })),
    files: {
      'server.pem': readFileSync(serverCert),
      'server.key': { content: readFileSync(serverKey), mode: 0o600 },
    },
  };
}

/** One real ProFTPD and two of ours with the same configuration. */
export async function startTlsPool(
  folder: string,
  directives: string,
  users: readonly string[],
): Promise<TlsPool> {
  const setup = await tlsSetup(folder, directives, users);
  const [proftpd, ours, other] = await Promise.all([startProftpd(setup), startFtpd(setup), startFtpd(setup)]);
  return {
    proftpd,
    ours,
    other,
    async stop() {
      // Killed, ProFTPD would leave its shared memory to the system.
      await proftpd.process.stop('SIGTERM');
      await Promise.all([proftpd, ours, other].map((server) => server.stop()));
    },
  };
}
