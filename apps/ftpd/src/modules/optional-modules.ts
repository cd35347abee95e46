import type { FtpdModule } from '@ftpd/module';
import { cacheDriverModule } from '../cache/driver-module.ts';
import { isAvailable } from '../built-in.ts';
import { modMemcache } from './mod_memcache.ts';
import type { Surroundings } from '../surroundings.ts';
import { modRedis } from './mod_redis.ts';
import { modTlsMemcache } from './mod_tls_memcache.ts';
import { modTlsRedis } from './mod_tls_redis.ts';

/** Modules whose packages the daemon can do without, and their drivers for CacheBackend: those that are installed. */
export function createOptionalModules(surroundings: Surroundings): readonly FtpdModule[] {
  return [
    ...(isAvailable('mod_memcache')
      ? [
          modMemcache(),
          modTlsMemcache,
          cacheDriverModule(
            'memcache driver',
            'memcache',
            async () => (await import('@ftpd/cache-memcache')).cacheDriver,
          ),
        ]
      : []),
    ...(isAvailable('mod_redis')
      ? [
          modRedis(surroundings),
          modTlsRedis,
          cacheDriverModule(
            'redis driver',
            'redis',
            async () => (await import('@ftpd/cache-redis')).cacheDriver,
          ),
        ]
      : []),
  ];
}
