/** Every way in which a cache fails, with what it means. Codes are never reused. */
export const cacheErrors = {
  CACHE_UNAVAILABLE: 'The cache cannot be reached; the operation may or may not have taken effect',
  CACHE_TIMEOUT: 'The cache did not answer in time; the operation may or may not have taken effect',
  CACHE_ABORTED: 'The caller gave the operation up',
  CACHE_CLOSED: 'The cache was closed',
  CACHE_PROTOCOL: 'The cache answered something that cannot be understood; the connection was dropped',
  CACHE_REFUSED: 'The cache refused: check its user name, password and rights',
  CACHE_FULL: 'The cache has no room and may not evict: give it more memory',
  CACHE_NOT_A_COUNTER: 'The entry is not a counter: its value is not a decimal number',
  CACHE_COUNTER_RANGE: 'The counter would leave the range of 0 to 2^53 - 1',
  CACHE_BAD_KEY: 'Keys are 1 to 250 bytes',
  CACHE_BAD_VALUE:
    'Values are at the most as long as the cache can keep (1,000,000 bytes, or what capabilities say)',
  CACHE_BAD_LIFETIME: 'A lifetime is a whole number of milliseconds from 1 to 100 years, or an absolute time',
  CACHE_BAD_OPTION: 'An option is not valid',
  CACHE_BAD_RECORD: 'A record was forged, cut or made with a secret that is not known here',
  CACHE_BAD_SECRET: 'The pool secret cannot be used',
} as const;

export type CacheErrorCode = keyof typeof cacheErrors;

export interface CacheErrorDetails {
  /** A closer sentence than that of the code. */
  readonly message?: string;
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for('@ftpd/cache.CacheError') as never;

/** A failure of a cache; a miss is none. Never holds a value or a secret. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, details: CacheErrorDetails = {}) {
    super(
      details.message ?? cacheErrors[code],
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a `CacheError`, also one of another copy of this package, and (if given) with one of these codes. */
export function isCacheError(value: unknown, ...codes: readonly CacheErrorCode[]): value is CacheError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return codes.length === 0 || codes.includes((value as unknown as CacheError).code);
}
