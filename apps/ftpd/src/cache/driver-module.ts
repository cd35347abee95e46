import type { CacheDriver } from '@ftpd/cache';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { cacheBackendRow } from './backend-row.ts';
import { cacheLog } from './cache-log.ts';
import { createCachePool } from './cache-pool.ts';

/** Channels of drivers that have a ProFTPD module. */
const ownChannels: ReadonlySet<string> = new Set(['memcache', 'redis']);

/** `rediss:` and `redis+cluster:` are forms of `redis:`. */
export function isSchemeOf(driver: string, url: string): boolean {
  const scheme = url.slice(0, url.indexOf(':'));
  const [base] = scheme.split('+', 1);
  return scheme === driver || base === driver || base === `${driver}s`;
}

/**
 * A module that gives the caches of CacheBackend lines for one driver.
 * @param name - Of the module.
 * @param driver - The driver's name.
 * @param load - Called when a cache of it is first used.
 */
export function cacheDriverModule(
  name: string,
  driver: string,
  load: () => Promise<CacheDriver>,
): FtpdModule {
  const pool = createCachePool();
  return defineModule({
    name,
    apiVersion: 1,
    start(context) {
      pool.follow(context);
    },
    async cache(wanted, _directives, context) {
      const found = context
        .everywhere(cacheBackendRow)
        .findLast((backend) => backend.name === wanted && isSchemeOf(driver, backend.url));
      if (found === undefined) return undefined;
      const { url, options } = found;
      return pool.of(context, JSON.stringify([url, options]), async () => {
        const channel = ownChannels.has(driver) ? driver : 'cache';
        return (await load()).connect({ url, options, log: cacheLog(channel, `cache ${wanted}`, context) });
      });
    },
    stop: () => pool.close(),
  });
}
