import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CacheError, cacheErrors, isCacheError, type CacheErrorCode } from './errors.ts';

const codes = Object.keys(cacheErrors) as CacheErrorCode[];

describe('CacheError', () => {
  it('says what its code means, or something closer, and keeps its cause', () => {
    const cause = new Error('connection reset');
    expect(new CacheError('CACHE_FULL').message).toBe(cacheErrors.CACHE_FULL);
    expect(new CacheError('CACHE_UNAVAILABLE', { message: 'closer', cause })).toMatchObject({
      message: 'closer',
      cause,
    });
  });

  it('is known by its brand, also from another copy of the package, and by its codes', () => {
    const foreign = Object.assign(new Error('of another copy'), {
      [Symbol.for('@ftpd/cache.CacheError')]: true,
      code: 'CACHE_TIMEOUT',
    });
    for (const error of [new CacheError('CACHE_TIMEOUT'), foreign]) {
      expect(isCacheError(error)).toBe(true);
      expect(isCacheError(error, 'CACHE_FULL', 'CACHE_TIMEOUT')).toBe(true);
      expect(isCacheError(error, 'CACHE_FULL')).toBe(false);
    }
    for (const other of [
      undefined,
      null,
      'CACHE_TIMEOUT',
      new Error('CACHE_TIMEOUT'),
      { code: 'CACHE_TIMEOUT' },
    ])
      expect(isCacheError(other)).toBe(false);
  });

  it('has its codes in the README, all of them and no others', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const table = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## Compatibility'));
    expect([...new Set(table.match(/CACHE_[A-Z_]+/g))].sort()).toEqual([...codes].sort());
  });
});
