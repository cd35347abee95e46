export { cacheDriver } from './driver.ts';
export { createRedisCache, type RedisCacheOptions, type RedisServers } from './redis-cache.ts';
export type { RedisEndpoint, RedisTls } from './settings.ts';
