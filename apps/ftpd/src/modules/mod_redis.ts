import { readFile } from 'node:fs/promises';
import type { Cache } from '@ftpd/cache';
import type { RedisCacheOptions, RedisTls } from '@ftpd/cache-redis';
import { defineModule, type DirectiveReader, type FtpdModule } from '@ftpd/module';
import { cacheLog } from '../cache/cache-log.ts';
import { createCachePool } from '../cache/cache-pool.ts';
import { createModuleLog } from '../log/module-log.ts';
import { redisFilesThrough } from '../server-process/redis-files.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  redisEngine,
  redisLog,
  redisRows,
  redisSentinel,
  redisServer,
  redisTimeouts,
  type RedisSentinels,
  type RedisServerValue,
} from './redis/redis-rows.ts';
import type { TlsWords } from './redis/server-words.ts';

/** What the directives say of Redis. Undefined: it is not to be used there. */
interface RedisStore {
  readonly server: RedisServerValue | undefined;
  readonly sentinels: RedisSentinels | undefined;
  readonly timeouts: { readonly connectMs: number; readonly ioMs: number };
}

function redisStore(directives: DirectiveReader): RedisStore | undefined {
  const server = directives.first(redisServer);
  const sentinels = directives.first(redisSentinel);
  if ((server ?? sentinels) === undefined || directives.first(redisEngine) === false) return undefined;
  return { server, sentinels, timeouts: directives.first(redisTimeouts) };
}

type ReadText = (path: string) => Promise<string>;

/** Reads the files of certificates. @throws an error about one that can't be read */
async function redisOptions(
  { server, sentinels, timeouts }: RedisStore,
  read: ReadText,
): Promise<RedisCacheOptions> {
  const { username, password, database = 0 } = server ?? {};
  const tls = await readTls(server?.tls, read);
  const sentinelTls = await readTls(sentinels?.tls, read);
  const servers =
    sentinels === undefined
      ? { server: (server as RedisServerValue).endpoint }
      : {
          sentinels: sentinels.endpoints,
          ...(sentinels.masterName === undefined ? {} : { masterName: sentinels.masterName }),
          ...(sentinelTls === undefined ? {} : { sentinelTls }),
        };
  return {
    ...servers,
    database,
    connectTimeoutMs: timeouts.connectMs,
    silenceTimeoutMs: timeouts.ioMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

async function readTls(words: TlsWords | undefined, read: ReadText): Promise<RedisTls | undefined> {
  if (words === undefined) return undefined;
  const { ca, cert, key } = words;
  return {
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(cert === undefined ? {} : { cert: await read(cert) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  };
}

/** Caches in Redis, in ProFTPD's directives; other modules ask for them by the name `redis`. */
export function modRedis({ keeper }: Surroundings): FtpdModule {
  const read: ReadText = keeper === undefined ? (path) => readFile(path, 'utf8') : redisFilesThrough(keeper);
  const pool = createCachePool();
  const log = createModuleLog('RedisLog', 'mod_redis/0.2.3');
  return defineModule({
    name: 'mod_redis',
    apiVersion: 1,
    directives: redisRows,
    start(context) {
      pool.follow(context);
      log.follow(context.everywhere(redisLog), context);
    },
    async cache(name, directives, context): Promise<Cache | undefined> {
      const store = name === 'redis' ? redisStore(directives) : undefined;
      if (store === undefined) return undefined;
      const path = directives.first(redisLog);
      const tell = cacheLog('redis', 'mod_redis', context, { log, path });
      try {
        return await pool.of(context, JSON.stringify([store, path]), async () => {
          const options = await redisOptions(store, read);
          const { createRedisCache } = await import('@ftpd/cache-redis');
          return createRedisCache({ ...options, log: tell });
        });
      } catch (error) {
        // Without its certificates it must not be spoken to at all; the daemon runs on, as ProFTPD does.
        tell('error', `Redis is not used: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    },
    async stop() {
      await pool.close();
      log.close();
    },
  });
}
