import { fileURLToPath } from 'node:url';
import { CacheError, defineCacheDriver, type CacheDriver } from '@ftpd/cache';
import { createSqliteCache } from './sqlite-cache.ts';

/** `sqlite:/var/lib/ftpd/cache.db`, with the options `deadlineMs` and `maxBytes`, which are whole numbers. */
export const cacheDriver: CacheDriver = defineCacheDriver({
  name: 'sqlite',
  async connect({ url, options }) {
    for (const [name, text] of Object.entries(options))
      if (!['deadlineMs', 'maxBytes'].includes(name) || !/^[1-9]\d{0,14}$/.test(text))
        throw new CacheError('CACHE_BAD_OPTION', {
          message: `'${name}=${text}' is no option of the sqlite cache: deadlineMs=NUMBER or maxBytes=NUMBER`,
        });
    if (!/^sqlite:(\/\/)?\/[^/]/.test(url))
      throw new CacheError('CACHE_BAD_OPTION', {
        message: `'${url}' is no file: write sqlite:/path/of/cache.db`,
      });
    const numbers = Object.fromEntries(Object.entries(options).map(([name, text]) => [name, Number(text)]));
    return createSqliteCache({ path: fileURLToPath(url.replace(/^sqlite/, 'file')), ...numbers });
  },
});
