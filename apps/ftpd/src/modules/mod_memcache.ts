import type { Cache } from '@ftpd/cache';
import type { MemcacheOptions } from '@ftpd/cache-memcache';
import { defineModule, type DirectiveReader, type FtpdModule } from '@ftpd/module';
import { cacheLog } from '../cache/cache-log.ts';
import { createCachePool } from '../cache/cache-pool.ts';
import { createModuleLog } from '../log/module-log.ts';
import {
  memcacheConnectFailures,
  memcacheEngine,
  memcacheLog,
  memcacheOptions,
  memcacheReplicas,
  memcacheRows,
  memcacheServers,
  memcacheTimeouts,
} from './memcache/memcache-rows.ts';

/** Undefined: memcached is not to be used there. */
export function memcacheStore(directives: DirectiveReader): MemcacheOptions | undefined {
  const servers = directives.first(memcacheServers);
  if (servers === undefined || directives.first(memcacheEngine) === false) return undefined;
  const { connectMs, readMs, writeMs, retryMs } = directives.first(memcacheTimeouts);
  const isFirstAsked = directives.first(memcacheOptions).has('NoRandomReplicaReads');
  return {
    servers,
    replicas: Math.min(directives.first(memcacheReplicas), servers.length - 1),
    readsFrom: isFirstAsked ? 'primary' : 'any',
    connectTimeoutMs: connectMs,
    answerTimeoutMs: Math.max(readMs, writeMs),
    connectFailures: directives.first(memcacheConnectFailures) ?? 1,
    ...(retryMs === undefined ? {} : { retryMs }),
  };
}

/** Caches in memcached, in ProFTPD's directives; other modules ask for them by the name `memcache`. */
export function modMemcache(): FtpdModule {
  const pool = createCachePool();
  const log = createModuleLog('MemcacheLog', 'mod_memcache/0.1');
  return defineModule({
    name: 'mod_memcache',
    apiVersion: 1,
    directives: memcacheRows,
    start(context) {
      pool.follow(context);
      log.follow(context.everywhere(memcacheLog), context);
    },
    async cache(name, directives, context): Promise<Cache | undefined> {
      const options = name === 'memcache' ? memcacheStore(directives) : undefined;
      if (options === undefined) return undefined;
      const path = directives.first(memcacheLog);
      return pool.of(context, JSON.stringify([options, path]), async () => {
        // Only now: who uses no memcached pays nothing for it.
        const { createMemcacheCache } = await import('@ftpd/cache-memcache');
        return createMemcacheCache({
          ...options,
          log: cacheLog('memcache', 'mod_memcache', context, { log, path }),
        });
      });
    },
    async stop() {
      await pool.close();
      log.close();
    },
  });
}
