import { StorageError, isStorageError, type StorageErrorCode, type VirtualPath } from '@ftpd/storage';

/** What an errno means to a session, and the sentence of strerror(3) where the kind's own one is another. */
const kinds: Readonly<Record<string, readonly [code: StorageErrorCode, message?: string]>> = {
  ENOENT: ['STORAGE_NOT_FOUND'],
  EACCES: ['STORAGE_DENIED'],
  EPERM: ['STORAGE_DENIED', 'Operation not permitted'],
  EEXIST: ['STORAGE_EXISTS'],
  ENOTDIR: ['STORAGE_NOT_DIRECTORY'],
  EISDIR: ['STORAGE_IS_DIRECTORY'],
  ENOTEMPTY: ['STORAGE_NOT_EMPTY'],
  ENOSPC: ['STORAGE_FULL'],
  EDQUOT: ['STORAGE_QUOTA'],
  EFBIG: ['STORAGE_TOO_LARGE'],
  EOVERFLOW: ['STORAGE_TOO_LARGE', 'Value too large for defined data type'],
  EBUSY: ['STORAGE_BUSY'],
  ETXTBSY: ['STORAGE_BUSY', 'Text file busy'],
  EMFILE: ['STORAGE_TOO_MANY_OPEN'],
  ENFILE: ['STORAGE_TOO_MANY_OPEN', 'Too many open files in system'],
  EMLINK: ['STORAGE_TOO_MANY_OPEN', 'Too many links'],
  ENAMETOOLONG: ['STORAGE_NAME_TOO_LONG'],
  EINVAL: ['STORAGE_BAD_NAME'],
  // Node's refusal of a NUL.
  ERR_INVALID_ARG_VALUE: ['STORAGE_BAD_NAME'],
  // Some file systems refuse names that are not UTF-8.
  EILSEQ: ['STORAGE_BAD_NAME', 'Invalid or incomplete multibyte or wide character'],
  ELOOP: ['STORAGE_LOOP'],
  EXDEV: ['STORAGE_CROSS_DEVICE'],
  EROFS: ['STORAGE_READ_ONLY'],
  ENOTSUP: ['STORAGE_UNSUPPORTED'],
  EOPNOTSUPP: ['STORAGE_UNSUPPORTED'],
  ENOSYS: ['STORAGE_UNSUPPORTED', 'Function not implemented'],
  // FIFOs without a reader, sockets, devices without a driver.
  ENXIO: ['STORAGE_DENIED', 'No such device or address'],
  ENODEV: ['STORAGE_DENIED', 'No such device'],
  EBADF: ['STORAGE_CLOSED'],
  ECANCELED: ['STORAGE_CLOSED'],
  // A lease of another program (Samba) on the file, or a lock.
  EAGAIN: ['STORAGE_BUSY', 'Resource temporarily unavailable'],
  ETIMEDOUT: ['STORAGE_TIMEOUT'],
};

/** The errno's name of a failed system call; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The storage's error for whatever an operation threw. One that is a `StorageError` stays, but tells the path. */
export function storageErrorOf(error: unknown, path?: VirtualPath): StorageError {
  const about = path === undefined ? {} : { path };
  if (isStorageError(error)) {
    return error.path === undefined && path !== undefined
      ? new StorageError(error.code, { ...about, message: error.message })
      : error;
  }
  const [code, message] = kinds[errnoOf(error) ?? ''] ?? ['STORAGE_FAILED'];
  return new StorageError(code, { ...about, ...(message !== undefined && { message }), cause: error });
}
