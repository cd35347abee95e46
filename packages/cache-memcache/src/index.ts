import { defineCacheDriver, type CacheDriver } from '@ftpd/cache';
import { createMemcacheCache } from './memcache.ts';
import { parseTarget } from './target.ts';

export type { Credentials } from './greeting.ts';
export {
  createMemcacheCache,
  type MemcacheCache,
  type MemcacheOptions,
  type MemcacheServerState,
} from './memcache.ts';
export { createRing, type Ring } from './ring.ts';
export { parseServer, type MemcacheServer } from './server-name.ts';

/** For programs that find drivers by name. */
export const cacheDriver: CacheDriver = defineCacheDriver({
  name: 'memcache',
  connect: async (target) => createMemcacheCache(parseTarget(target)),
});
