import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StorageError, isStorageError, storageErrors } from './errors.ts';
import { virtualPath } from './virtual-path.ts';

describe('StorageError', () => {
  it('says the sentence of its kind, or a closer one, and keeps path and cause', () => {
    const cause = new Error('x');
    const error = new StorageError('STORAGE_DENIED', {
      path: virtualPath('/a'),
      message: 'Operation not permitted',
      cause,
    });
    expect(new StorageError('STORAGE_DENIED').message).toBe('Permission denied');
    expect(error).toMatchObject({
      name: 'StorageError',
      code: 'STORAGE_DENIED',
      message: 'Operation not permitted',
      path: '/a',
      cause,
    });
    expect(new StorageError('STORAGE_FULL').path).toBeUndefined();
  });

  it('is known across copies of the package', () => {
    const foreign = Object.assign(new Error('x'), {
      code: 'STORAGE_FULL',
      [Symbol.for('@ftpd/storage.StorageError')]: true,
    });
    expect(isStorageError(foreign)).toBe(true);
    expect(isStorageError(foreign, 'STORAGE_FULL', 'STORAGE_QUOTA')).toBe(true);
    expect(isStorageError(foreign, 'STORAGE_QUOTA')).toBe(false);
  });

  it('is nothing else that has a code', () => {
    for (const value of [undefined, null, 'STORAGE_FULL', { code: 'STORAGE_FULL' }, new Error('x')])
      expect(isStorageError(value)).toBe(false);
  });

  it('has each code in the README, and the README no other', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const told = [...readme.matchAll(/^\| `(STORAGE_\w+)` \|/gmu)].map(([, code]) => code);
    expect(told).toEqual(Object.keys(storageErrors));
  });
});
