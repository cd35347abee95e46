import { isCacheError, type Cache } from '@ftpd/cache';
import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import { cacheBackendRow } from '../cache/backend-row.ts';
import { poolSecretFileRow } from '../cache/pool-secret-row.ts';
import { strictRows } from './tls/strict-rows.ts';
import { StartError } from '../start-error.ts';

/**
 * What ProFTPD does not have. Its directive `IgnoreMissingModule` is part of the language of the file and is read by
 * the parser; `<IfModule mod_ftpd.c>` keeps a file valid for both servers.
 */
export const modFtpd: FtpdModule = defineModule({
  name: 'mod_ftpd',
  apiVersion: 1,
  directives: [cacheBackendRow, poolSecretFileRow, ...strictRows],
  async start(context) {
    await context.poolSecret();
    await checkCacheBackends(context);
  },
});

/**
 * Whether there is a driver for each CacheBackend line, and it understands the line. Nothing is connected.
 * @throws {StartError}
 */
export async function checkCacheBackends(context: ModuleContext): Promise<void> {
  for (const { name, url } of context.everywhere(cacheBackendRow)) {
    if ((await backendOf(name, context)) !== undefined) continue;
    const scheme = url.slice(0, url.indexOf(':'));
    throw new StartError([
      `fatal: CacheBackend: ${name}: no driver for '${scheme}:' is here; install its package and load it with LoadModule`,
    ]);
  }
}

async function backendOf(name: string, context: ModuleContext): Promise<Cache | undefined> {
  const [main] = context.servers;
  try {
    return main && (await context.caches.of(name, main.directives));
  } catch (error) {
    if (!isCacheError(error)) throw error;
    throw new StartError([`fatal: CacheBackend: ${name}: ${error.message}`], { cause: error });
  }
}
