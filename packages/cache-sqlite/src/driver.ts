import { fileURLToPath } from 'node:url';
import { CacheError, defineCacheDriver, type CacheDriver } from '@ftpd/cache';
import { createSqliteCache } from './sqlite-cache.ts';

const settings = ['deadlineMs', 'maxBytes'] as const;

/** `sqlite:/var/lib/ftpd/cache.db`, with the options `deadlineMs` and `maxBytes`. */
export const cacheDriver: CacheDriver = defineCacheDriver({
  name: 'sqlite',
  async connect({ url, options }) {
    const numbers: { deadlineMs?: number; maxBytes?: number } = {};
    for (const [name, text] of Object.entries(options)) {
      const setting = settings.find((known) => known === name);
      if (setting === undefined || !/^[1-9]\d{0,14}$/.test(text))
        throw new CacheError('CACHE_BAD_OPTION', {
          message: `'${name}=${text}' is no option of the sqlite cache: deadlineMs=NUMBER or maxBytes=NUMBER`,
        });
      numbers[setting] = Number(text);
    }
    return createSqliteCache({ path: pathOf(url), ...numbers });
  },
});

function pathOf(url: string): string {
  try {
    if (url.startsWith('sqlite:/')) return fileURLToPath(url.replace(/^sqlite:/, 'file:'));
  } catch {
    // Said below.
  }
  throw new CacheError('CACHE_BAD_OPTION', {
    message: `'${url}' names no file: write sqlite:/path/of/cache.db`,
  });
}
