import { CacheError, createCache, type Cache, type CacheLog } from '@ftpd/cache';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { createMemcacheBackend } from './backend.ts';
import type { Credentials } from './greeting.ts';
import { fixedRing, livingRing, type Locate, type Member } from './ring-view.ts';
import { createServerClock } from './server-clock.ts';
import { ServerLink } from './server-link.ts';
import { checkServer, type MemcacheServer } from './server-name.ts';

export interface MemcacheOptions {
  /** At least one, in the order and spelling that all nodes use. @see ProFTPD mod_memcache MemcacheServers */
  readonly servers: readonly MemcacheServer[];
  /** Copies of each entry beside the first, 0 and up. Default 0. @see ProFTPD mod_memcache MemcacheReplicas */
  readonly replicas?: number;
  /**
   * Who is asked for a value where there are replicas: `primary` and after it the copies, or `any` of them at random.
   * Default `primary`. @see ProFTPD mod_memcache MemcacheOptions NoRandomReplicaReads
   */
  readonly readsFrom?: 'primary' | 'any';
  /** Deadline of calls that have none of their own, in ms. Default 1000. */
  readonly deadlineMs?: number;
  /** Time for connecting, TLS and login, in ms. Default 500. @see ProFTPD mod_memcache MemcacheTimeouts */
  readonly connectTimeoutMs?: number;
  /** Silence in answer to a request after which the server counts as down, in ms. Default 500. */
  readonly answerTimeoutMs?: number;
  /** Failures in a row after which a server counts as down, 1 and up. Default 1. @see ProFTPD mod_memcache MemcacheConnectFailures */
  readonly connectFailures?: number;
  /** Time between attempts to reach a server that is down, in ms. Default: from 50 ms, doubling, to 2 s. @see ProFTPD mod_memcache MemcacheTimeouts */
  readonly retryMs?: number;
  /** TLS to every server, as for `tls.connect`. Default: none. Not used for Unix sockets. */
  readonly tls?: TlsOptions;
  /** SASL PLAIN. Default: none. */
  readonly credentials?: Credentials;
  /** Told when a server goes down or comes back, one line each. */
  readonly log?: CacheLog;
  /** In log lines and events. Default `memcache`. */
  readonly name?: string;
}

/** A cache over memcached servers. */
export interface MemcacheCache extends Cache {
  /**
   * As libmemcached with MEMCACHED_CALLBACK_PREFIX_KEY: that is where ProFTPD looks.
   * @throws {CacheError} CACHE_BAD_OPTION for a prefix that leaves no room for keys
   */
  scoped(prefix: Uint8Array): MemcacheCache;
  /** ProFTPD leaves servers out that do not answer it: there it keeps bans meanwhile. */
  withoutDeadServers(): MemcacheCache;
  /** The servers in the order of the configuration. */
  servers(): readonly MemcacheServerState[];
}

export interface MemcacheServerState {
  readonly name: string;
  readonly isDown: boolean;
}

/**
 * A cache over memcached servers, each key on the server where libmemcached and ProFTPD look for it. Nothing is connected
 * before the first operation.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createMemcacheCache(options: MemcacheOptions): MemcacheCache {
  const { replicas = 0, readsFrom = 'primary', name = 'memcache', deadlineMs = 1000 } = options;
  const members = membersOf(options);
  const clock = createServerClock();
  const close = (): void => {
    for (const { link } of members) link.close();
  };
  const rings = { all: fixedRing(members, replicas), living: livingRing(members, replicas) };
  const view = (locate: Locate, prefix: Uint8Array): MemcacheCache => {
    const backend = createMemcacheBackend({
      locate,
      prefix,
      clock,
      chooseReader: readsFrom === 'any' ? (count) => Math.floor(Math.random() * count) : () => 0,
      close,
    });
    return Object.assign(createCache(backend, { name, deadlineMs }), {
      scoped: (added: Uint8Array) => view(locate, joined(prefix, added)),
      withoutDeadServers: () => view(rings.living, prefix),
      servers: () => members.map(({ link }) => ({ name: link.name, isDown: link.isDown })),
    });
  };
  return view(rings.all, new Uint8Array(0));
}

const MAX_PREFIX_BYTES = 249;

function joined(prefix: Uint8Array, added: Uint8Array): Uint8Array {
  if (prefix.length + added.length > MAX_PREFIX_BYTES)
    throw new CacheError('CACHE_BAD_OPTION', {
      message: `Prefixes are at the most ${MAX_PREFIX_BYTES} bytes`,
    });
  return Uint8Array.from([...prefix, ...added]);
}

function membersOf({
  servers,
  replicas = 0,
  connectTimeoutMs = 500,
  answerTimeoutMs = 500,
  connectFailures = 1,
  retryMs,
  tls,
  credentials,
  log = () => {},
}: MemcacheOptions): readonly Member[] {
  if (servers.length === 0)
    throw new CacheError('CACHE_BAD_OPTION', { message: 'At least one memcached server is needed' });
  checkCount('replicas', replicas, 0);
  checkCount('connectFailures', connectFailures, 1);
  for (const [option, ms] of Object.entries({ connectTimeoutMs, answerTimeoutMs, retryMs: retryMs ?? 1 }))
    if (!(ms > 0 && ms < 2 ** 31))
      throw new CacheError('CACHE_BAD_OPTION', { message: `${option} is a number of milliseconds above 0` });
  const linkOptions = { tls, credentials, connectTimeoutMs, answerTimeoutMs, connectFailures, retryMs, log };
  return servers.map(checkServer).map((server) => ({ server, link: new ServerLink(server, linkOptions) }));
}

function checkCount(option: string, count: number, least: number): void {
  if (!Number.isInteger(count) || count < least)
    throw new CacheError('CACHE_BAD_OPTION', { message: `${option} is a whole number, ${least} or more` });
}
