import { CacheError, createCache, type Cache, type CacheLog } from '@ftpd/cache';
import { createRedisBackend } from './backend.ts';
import { createRedisBus } from './bus.ts';
import { ClusterRouter } from './cluster-router.ts';
import type { Router } from './router.ts';
import { type RedisEndpoint, type RedisTls, type Surroundings } from './settings.ts';
import { createSentinelRouter, createSingleRouter } from './single-router.ts';
import { Subscriptions } from './subscriptions.ts';

/** Which Redis: one server, the master that Sentinels watch, or a cluster. */
export type RedisServers =
  | { readonly server: RedisEndpoint }
  | {
      /** Name them all: others are not sought. */
      readonly sentinels: readonly RedisEndpoint[];
      /** What the sentinels call the master, such as `mymaster`. Absent: the first that they know. */
      readonly masterName?: string;
      /** Where the sentinels want to know who asks. Not the user and password of the servers. */
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
      /** Absent: the sentinels speak without TLS. */
      readonly sentinelTls?: RedisTls;
    }
  | {
      /** Some nodes of the cluster, which tell the others. */
      readonly cluster: readonly RedisEndpoint[];
    };

export type RedisCacheOptions = RedisServers & {
  /** For logs and events. Default `redis`. */
  readonly name?: string;
  /** The user of Redis's access control lists. Absent: `default`. */
  readonly username?: string;
  /** Absent: none is sent. */
  readonly password?: string;
  /** Index of the database, 0 or more. Default 0, the only one that a cluster has. */
  readonly database?: number;
  /** Absent: no TLS. */
  readonly tls?: RedisTls;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
  /** Milliseconds until a server has accepted a connection and us, > 0. Default 500. ProFTPD: RedisTimeouts. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a server may be silent while it owes an answer, > 0. Default 500. ProFTPD: RedisTimeouts. */
  readonly silenceTimeoutMs?: number;
  /** Pause before a server that is away is tried again, in ms: at first. Default 100. */
  readonly minRetryDelayMs?: number;
  /** The same, at the most; it doubles with each attempt. Default 2000. */
  readonly maxRetryDelayMs?: number;
  /** Told when a server goes away or comes back, one line each. Default: nobody. */
  readonly log?: CacheLog;
};

/**
 * A cache in Redis 6.2 or newer. Connects when it is first used.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createRedisCache(options: RedisCacheOptions): Cache {
  const { name = 'redis', deadlineMs } = options;
  const surroundings = surroundingsOf(options);
  const router = createRouter(options, surroundings);
  const subscriptions = new Subscriptions((signal) => router.connectAside(signal), surroundings.retry);
  const backend = createRedisBackend(router, createRedisBus(router, subscriptions), () => {
    subscriptions.close();
    router.close();
  });
  return createCache(backend, { name, ...(deadlineMs === undefined ? {} : { deadlineMs }) });
}

function surroundingsOf(options: RedisCacheOptions): Surroundings {
  const {
    username,
    password,
    database = 0,
    tls,
    connectTimeoutMs = 500,
    silenceTimeoutMs = 500,
    minRetryDelayMs = 100,
    maxRetryDelayMs = 2000,
    log = () => {},
  } = options;
  checkMilliseconds({ connectTimeoutMs, silenceTimeoutMs, minRetryDelayMs, maxRetryDelayMs });
  if (!Number.isInteger(database) || database < 0) throw badOption('database is a whole number from 0 on');
  if (username !== undefined && password === undefined) throw badOption('username needs a password');
  if (database !== 0 && 'cluster' in options) throw badOption('a cluster has no databases but 0');
  return {
    connection: {
      connectTimeoutMs,
      silenceTimeoutMs,
      username,
      password,
      database,
      tls,
      needsMaster: 'sentinels' in options,
    },
    retry: { minDelayMs: minRetryDelayMs, maxDelayMs: maxRetryDelayMs },
    log,
  };
}

function createRouter(options: RedisCacheOptions, surroundings: Surroundings): Router {
  if ('server' in options) {
    const { server } = options;
    checkEndpoint(server);
    return createSingleRouter(server, surroundings);
  }
  if ('cluster' in options) {
    checkEndpoints(options.cluster, 'cluster');
    return new ClusterRouter(options.cluster, surroundings);
  }
  const { sentinels, masterName, sentinelUsername, sentinelPassword, sentinelTls } = options;
  checkEndpoints(sentinels, 'sentinels');
  if (masterName === '') throw badOption('masterName is what the sentinels call the master');
  const connection = {
    ...surroundings.connection,
    username: sentinelUsername,
    password: sentinelPassword,
    tls: sentinelTls,
    database: 0,
    needsMaster: false,
  };
  return createSentinelRouter(
    { sentinels, connection, ...(masterName === undefined ? {} : { masterName }) },
    surroundings,
  );
}

function checkEndpoints(endpoints: readonly RedisEndpoint[], name: string): void {
  if (endpoints.length === 0) throw badOption(`${name} names at least one server`);
  for (const endpoint of endpoints) checkEndpoint(endpoint);
}

function checkEndpoint(endpoint: RedisEndpoint): void {
  if ('path' in endpoint) {
    if (endpoint.path === '') throw badOption('path is that of a Unix socket');
    return;
  }
  const { host, port } = endpoint;
  if (host === '') throw badOption('host is a name or an address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw badOption('port is a number from 1 to 65535');
}

function checkMilliseconds(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!(value > 0 && value < 2 ** 31)) throw badOption(`${name} is a number of milliseconds above 0`);
}

function badOption(message: string): CacheError {
  return new CacheError('CACHE_BAD_OPTION', { message });
}
