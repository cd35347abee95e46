import type { VirtualPath } from './virtual-path-brand.ts';

/** Every kind of failure, with the sentence that strerror(3) has for it: FTP replies carry these. */
export const storageErrors = {
  STORAGE_NOT_FOUND: 'No such file or directory',
  STORAGE_DENIED: 'Permission denied',
  STORAGE_EXISTS: 'File exists',
  STORAGE_NOT_DIRECTORY: 'Not a directory',
  STORAGE_IS_DIRECTORY: 'Is a directory',
  STORAGE_NOT_EMPTY: 'Directory not empty',
  STORAGE_FULL: 'No space left on device',
  STORAGE_QUOTA: 'Disk quota exceeded',
  STORAGE_TOO_LARGE: 'File too large',
  STORAGE_BUSY: 'Device or resource busy',
  STORAGE_TOO_MANY_OPEN: 'Too many open files',
  STORAGE_NAME_TOO_LONG: 'File name too long',
  STORAGE_BAD_NAME: 'Invalid argument',
  STORAGE_LOOP: 'Too many levels of symbolic links',
  STORAGE_CROSS_DEVICE: 'Invalid cross-device link',
  STORAGE_READ_ONLY: 'Read-only file system',
  STORAGE_UNSUPPORTED: 'Operation not supported',
  STORAGE_CLOSED: 'Operation canceled',
  STORAGE_TIMEOUT: 'Connection timed out',
  STORAGE_FAILED: 'Input/output error',
} as const;

export type StorageErrorCode = keyof typeof storageErrors;

export interface StorageErrorDetails {
  /** The path as the session sees it. */
  readonly path?: VirtualPath;
  /** A closer sentence than that of the code, as strerror(3) has it ("Operation not permitted"). It goes to clients. */
  readonly message?: string;
  /** What the system said. For logs only: it may name real paths. */
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for('@ftpd/storage.StorageError') as never;

/** A failure of a storage. `code` is its kind; `message` has no path in it and may be shown to a client. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  /** The path as the session sees it. Absent: the failure is not about one path. */
  readonly path?: VirtualPath;

  constructor(code: StorageErrorCode, details: StorageErrorDetails = {}) {
    super(
      details.message ?? storageErrors[code],
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    if (details.path !== undefined) this.path = details.path;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a `StorageError`, also one of another copy of this package, and (if given) of one of these kinds. */
export function isStorageError(value: unknown, ...codes: readonly StorageErrorCode[]): value is StorageError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return codes.length === 0 || codes.includes((value as unknown as StorageError).code);
}
