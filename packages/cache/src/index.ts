export type * from './backend.ts';
export type * from './cache.ts';
export { createCache } from './create-cache.ts';
export { defineCacheDriver, type CacheDriver, type CacheLog, type CacheTarget } from './driver.ts';
export {
  CacheError,
  cacheErrors,
  isCacheError,
  type CacheErrorCode,
  type CacheErrorDetails,
} from './errors.ts';
export { cacheChannelName, type CacheEvent, type CacheOperation, type CacheOutcome } from './events.ts';
export { createMemoryCache, type MemoryCacheOptions } from './memory.ts';
export { maxTtlMs, type Expiry } from './expiry.ts';
export { createVersionKind, type VersionKind } from './version.ts';
