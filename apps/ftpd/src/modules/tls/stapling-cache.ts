import type { ModuleContext } from '@ftpd/module';
import type { OcspStaplerOptions } from '@ftpd/tls-session';
import { StartError } from '../../start-error.ts';
import { faultAt } from './located-file.ts';
import { cacheModules } from './session-cache.ts';
import { tlsStaplingCache, type StaplingCacheValue } from './stapling-rows.ts';

export type StaplingSharing = Pick<OcspStaplerOptions, 'cache' | 'secret' | 'proftpd'>;

/** Whose records ProFTPD can read. */
const storesOfProftpd = ['memcache', 'redis'] as const;

/** What TLSStaplingCache names; undefined: nothing. */
export function staplingCacheOf({ servers }: ModuleContext): StaplingCacheValue | undefined {
  const value = servers[0]?.directives.first(tlsStaplingCache);
  return value === 'off' ? undefined : value;
}

/** How the answers are shared. @throws {StartError} for a type that there is not */
export async function openStaplingCache(
  context: ModuleContext,
  isCacheType: (context: ModuleContext, type: string) => boolean,
): Promise<StaplingSharing> {
  const value = staplingCacheOf(context);
  const [main] = context.servers;
  if (value === undefined || main === undefined) return {};
  const { type } = value;
  if (!isCacheType(context, type))
    throw new StartError([faultAt(value, `OCSP stapling cache type '${type}' not available`)]);
  // One process has all the sessions: its memory is what the processes of this host share.
  if (type === 'shm') return {};
  const cache = await context.caches.of(type, main.directives);
  if (cache === undefined) {
    const module = cacheModules[type] ?? 'mod_tls';
    context.log(
      'notice',
      `${module}: notice: unable to register '${type}' OCSP response cache: the cache is not available`,
    );
    return {};
  }
  const secret = await context.poolSecret();
  const store = storesOfProftpd.find((known) => known === type);
  return {
    cache,
    ...(secret === undefined ? {} : { secret }),
    ...(store === undefined ? {} : { proftpd: { store } }),
  };
}
