export {
  createWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkOptions,
} from './worker-pool.ts';
export { createUnixAuthenticator, type UnixAuthenticatorOptions } from './unix-authenticator.ts';
export {
  createPamAuthenticator,
  createPamCheck,
  type PamAuthenticatorOptions,
  type PamCheck,
  type PamOptions,
} from './pam-check.ts';
export { createSystemHasher } from './system-hasher.ts';
export { createNameCache, type NameCache, type NameCacheOptions, type NameSource } from './name-cache.ts';
export { poolNames } from './unix-authenticator.ts';
export type {
  GroupKey,
  JobName,
  Jobs,
  PamAnswer,
  PamLogin,
  SystemGroup,
  UnixAnswer,
  UserKey,
} from './worker-protocol.ts';
export {
  SystemAuthError,
  isSystemAuthError,
  systemAuthErrorTexts,
  type SystemAuthErrorCode,
} from './errors.ts';
