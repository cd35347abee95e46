import { readFile } from 'node:fs/promises';
import { CacheError, defineCacheDriver, type CacheDriver } from '@ftpd/cache';
import { createRedisCache } from './redis-cache.ts';
import type { RedisTls } from './settings.ts';
import { readTarget, type TlsFiles } from './target.ts';

/** The driver as a configuration finds it: `CacheBackend NAME redis://…`. The URLs are in the README. */
export const cacheDriver: CacheDriver = defineCacheDriver({
  name: 'redis',
  async connect({ url, options: given, log }) {
    const { options, usesTls, sentinelsUseTls, tlsFiles, serverName } = readTarget(url, given);
    const tls: RedisTls | undefined = usesTls
      ? { ...(await readTlsFiles(tlsFiles)), ...(serverName === undefined ? {} : { serverName }) }
      : undefined;
    return createRedisCache({
      ...options,
      ...(tls === undefined ? {} : { tls }),
      ...(tls !== undefined && sentinelsUseTls ? { sentinelTls: tls } : {}),
      ...(log === undefined ? {} : { log }),
    });
  },
});

async function readTlsFiles(files: TlsFiles): Promise<RedisTls> {
  const paths: Readonly<Record<string, string>> = { ...files };
  const read = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      try {
        return [name, await readFile(path, 'utf8')] as const;
      } catch (cause) {
        throw new CacheError('CACHE_BAD_OPTION', {
          message: `redis: the file of option '${name}' cannot be read: ${(cause as Error).message}`,
          cause,
        });
      }
    }),
  );
  return Object.fromEntries(read);
}
