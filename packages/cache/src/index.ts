export type * from './backend.ts';
export type * from './cache.ts';
export {
  CacheError,
  cacheErrors,
  isCacheError,
  type CacheErrorCode,
  type CacheErrorDetails,
} from './errors.ts';
