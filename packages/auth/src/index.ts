export type * from './authenticator.ts';
export { createAuthenticatorChain, type ChainLink } from './authenticator-chain.ts';
export {
  createCheckedAuthenticator,
  type CheckLink,
  type PasswordCheck,
  type PasswordCheckVerdict,
} from './password-check.ts';
export {
  createStaticAuthenticator,
  type StaticAccount,
  type StaticAuthenticatorOptions,
} from './static-authenticator.ts';
export {
  createFileAuthenticator,
  type FileAuthenticator,
  type FileAuthenticatorOptions,
} from './file-authenticator.ts';
export { checkAccountFile, type AccountFileKind, type FileSafetyOptions } from './file-safety.ts';
export { fileStamp, ownAccountFiles, type AccountFileSource } from './watched-file.ts';
export { parseFileRestrictions, type FileRestrictions, type NamePattern } from './file-restrictions.ts';
export type { FileProblem, ParsedFile } from './account-file.ts';
export { parseUserFile, type UserEntry } from './user-file.ts';
export { parseGroupFile, type GroupEntry } from './group-file.ts';
export { inlineHasher, type HasherAnswer, type PasswordHasher } from './hasher.ts';
export { createHasherPool, type HasherPoolOptions } from './hasher-pool.ts';
export {
  createVerifiedPasswordMemory,
  type VerifiedPasswordMemoryOptions,
} from './verified-password-memory.ts';
export {
  checkPassword,
  dummyHash,
  hashDefect,
  hashPassword,
  maxPasswordBytes,
  type HashCheck,
  type NewHashOptions,
  type OtherHashKind,
} from './crypt/password-hash.ts';
export type { HashSchemeName } from './crypt/hash-schemes.ts';
export {
  ftpUsersPath,
  isDeniedUser,
  isValidShell,
  parseNameList,
  readNameList,
  shellsPath,
} from './name-list.ts';
export { clientKey } from './client-key.ts';
export { createFairQueue, type FairQueue, type FairQueueOptions } from './fair-queue.ts';
export { decodeRaw, encodeRaw } from './raw-text.ts';
export { AuthError, authErrorTexts, isAuthError, type AuthErrorCode } from './errors.ts';
