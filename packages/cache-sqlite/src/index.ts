export { cacheDriver } from './driver.ts';
export { createSqliteCache, type SqliteCacheOptions } from './sqlite-cache.ts';
