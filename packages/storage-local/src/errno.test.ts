import { StorageError, isStorageError, rootPath, storageErrors, virtualPath } from '@ftpd/storage';
import { describe, expect, it } from 'vitest';
import { errnoOf, storageErrorOf } from './errno.ts';

const failed = (code: string): Error =>
  Object.assign(new Error(`${code}: it failed, open '/srv/real/path'`), { code });

describe('storageErrorOf', () => {
  it.each([
    ['ENOENT', 'STORAGE_NOT_FOUND', 'No such file or directory'],
    ['EACCES', 'STORAGE_DENIED', 'Permission denied'],
    ['EPERM', 'STORAGE_DENIED', 'Operation not permitted'],
    ['EEXIST', 'STORAGE_EXISTS', 'File exists'],
    ['ENOTEMPTY', 'STORAGE_NOT_EMPTY', 'Directory not empty'],
    ['ENOSPC', 'STORAGE_FULL', 'No space left on device'],
    ['EDQUOT', 'STORAGE_QUOTA', 'Disk quota exceeded'],
    ['EFBIG', 'STORAGE_TOO_LARGE', 'File too large'],
    ['EROFS', 'STORAGE_READ_ONLY', 'Read-only file system'],
    ['EXDEV', 'STORAGE_CROSS_DEVICE', 'Invalid cross-device link'],
    ['ELOOP', 'STORAGE_LOOP', 'Too many levels of symbolic links'],
    ['ENAMETOOLONG', 'STORAGE_NAME_TOO_LONG', 'File name too long'],
    ['ETXTBSY', 'STORAGE_BUSY', 'Text file busy'],
    ['EBUSY', 'STORAGE_BUSY', 'Device or resource busy'],
    ['EMFILE', 'STORAGE_TOO_MANY_OPEN', 'Too many open files'],
    ['ENFILE', 'STORAGE_TOO_MANY_OPEN', 'Too many open files in system'],
    ['EIO', 'STORAGE_FAILED', 'Input/output error'],
    ['ESOMETHING', 'STORAGE_FAILED', 'Input/output error'],
  ])('gives %s the kind %s and the sentence %j', (errno, code, sentence) => {
    const cause = failed(errno);
    const error = storageErrorOf(cause, virtualPath('/a'));
    expect(error).toMatchObject({ code, message: sentence, path: '/a', cause });
  });

  it('gives what is no system error STORAGE_FAILED', () => {
    for (const thrown of [new Error('x'), 'text', undefined, null, { code: 'ENOENT' }]) {
      expect(storageErrorOf(thrown).code).toBe('STORAGE_FAILED');
    }
  });

  it('keeps a storage error and tells it the path', () => {
    const error = new StorageError('STORAGE_DENIED', { message: 'Not a regular file' });
    expect(storageErrorOf(error, rootPath)).toMatchObject({
      code: 'STORAGE_DENIED',
      message: 'Not a regular file',
      path: '/',
    });
    const about = new StorageError('STORAGE_BUSY', { path: virtualPath('/mine') });
    expect(storageErrorOf(about, rootPath)).toBe(about);
  });

  it('never says a real path but in the cause', () => {
    const error = storageErrorOf(failed('EACCES'), virtualPath('/a'));
    expect(JSON.stringify([error.message, error.path, error.name, error.code])).not.toContain('/srv');
    expect(isStorageError(error, 'STORAGE_DENIED')).toBe(true);
    expect(Object.values(storageErrors)).toContain(error.message);
  });
});

describe('errnoOf', () => {
  it('is the code of an error, of nothing else', () => {
    expect(errnoOf(failed('EIO'))).toBe('EIO');
    expect([errnoOf(new Error('x')), errnoOf({ code: 'EIO' }), errnoOf(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
