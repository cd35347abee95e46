export type * from './backend.ts';
export {
  breakerChannelName,
  withBreaker,
  type BreakerEvent,
  type BreakerOptions,
  type BreakerState,
} from './breaker.ts';
export type * from './cache.ts';
export { countUp } from './counter.ts';
export { createCache } from './create-cache.ts';
export { withDeadline } from './deadline.ts';
export { defineCacheDriver, type CacheDriver, type CacheLog, type CacheTarget } from './driver.ts';
export {
  CacheError,
  cacheErrors,
  isCacheError,
  type CacheErrorCode,
  type CacheErrorDetails,
} from './errors.ts';
export { cacheChannelName, type CacheEvent, type CacheOperation, type CacheOutcome } from './events.ts';
export { maxTtlMs, type Expiry } from './expiry.ts';
export { createMemoryCache, type MemoryCacheOptions } from './memory.ts';
export type { Clock } from './memory/record-store.ts';
export { withNamespace } from './namespace.ts';
export { readPoolSecretFile } from './sealed/pool-secret-file.ts';
export { newPoolSecret, PoolSecret, type NewSecretOptions } from './sealed/pool-secret.ts';
export {
  createRecordCodec,
  maxSealBytes,
  type OpenedRecord,
  type RecordCodec,
  type RecordKind,
} from './sealed/record-codec.ts';
export {
  createSealedRecords,
  type SealedEntry,
  type SealedRecords,
  type SealedRecordsOptions,
} from './sealed/sealed-records.ts';
export { createTier, type NearAnswer, type TierCache, type TierOptions } from './tier.ts';
export { createVersionKind, type VersionKind } from './version.ts';
