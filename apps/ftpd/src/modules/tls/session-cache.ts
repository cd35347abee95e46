import type { Cache } from '@ftpd/cache';
import type { ModuleContext } from '@ftpd/module';
import type { ProftpdSessions } from '@ftpd/tls-session';
import { StartError } from '../../start-error.ts';
import { faultAt } from './located-file.ts';
import { defaultSessionTtlMs, tlsSessionCache, type SessionCacheValue } from './session-rows.ts';

/** What TLSSessionCache comes to. */
export interface SessionCacheChoice {
  /** Undefined: memory of this process. */
  readonly cache: Cache | undefined;
  readonly ttlMs: number;
  /** Undefined: not shared with ProFTPD. */
  readonly proftpd: ProftpdSessions | undefined;
}

/** Types of ProFTPD, by the module that has them. */
export const cacheModules: Readonly<Record<string, string>> = {
  memcache: 'mod_tls_memcache',
  redis: 'mod_tls_redis',
  shm: 'mod_tls_shmcache',
};

const supportNames: Readonly<Record<string, string>> = { memcache: 'Memcache', redis: 'Redis' };

function proftpdOf({ type, info }: SessionCacheValue): ProftpdSessions | undefined {
  if (type === 'memcache')
    return { store: 'memcache', encoding: info.toLowerCase() === '/json' ? 'json' : 'tpl' };
  return type === 'redis' ? { store: 'redis', encoding: 'json' } : undefined;
}

/**
 * Opens the cache of TLSSessionCache. One that is not there is told, and sessions stay in this process, as in ProFTPD.
 * @param isKnown - Whether there is a type of this name.
 * @throws {StartError} where there is no such type
 */
export async function openSessionCache(
  context: ModuleContext,
  isKnown: (type: string) => boolean,
): Promise<SessionCacheChoice> {
  const [main] = context.servers;
  const value = main?.directives.first(tlsSessionCache);
  const near: SessionCacheChoice = { cache: undefined, ttlMs: defaultSessionTtlMs, proftpd: undefined };
  if (main === undefined || value === undefined || value === 'off') return near;
  const { type, ttlMs } = value;
  if (type === 'internal' || type === 'shm') return { ...near, ttlMs };
  if (!isKnown(type)) throw new StartError([faultAt(value, `session cache type '${type}' not available`)]);
  const cache = await context.caches.of(type, main.directives);
  if (cache === undefined) {
    const module = cacheModules[type] ?? 'mod_tls';
    const reason =
      type in supportNames ? `${supportNames[type]} support not enabled` : 'the cache is not available';
    context.log('notice', `${module}: notice: unable to register '${type}' SSL session cache: ${reason}`);
    return { ...near, ttlMs };
  }
  return { cache, ttlMs, proftpd: proftpdOf(value) };
}
