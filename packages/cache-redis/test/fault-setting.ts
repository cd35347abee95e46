import { isCacheError, type Cache, type CacheErrorCode } from '@ftpd/cache';
import { startRedis, until, type RedisServer } from '@ftpd/test-services';
import { afterEach } from 'vitest';
import { createRedisCache, type RedisCacheOptions } from '../src/index.ts';
import { startFakeServer, type FakeServer } from './fake-server.ts';

export const DEADLINE_MS = 400;
/** What a busy machine may add to a deadline. */
export const SLACK_MS = 2_000;
export const RECOVERY_MS = 10_000;

/** What is to be done after the test, the last first. */
export const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

export function open(port: number, log: string[] = [], options: Partial<RedisCacheOptions> = {}): Cache {
  const cache = createRedisCache({
    server: { host: '127.0.0.1', port },
    deadlineMs: DEADLINE_MS,
    connectTimeoutMs: 300,
    silenceTimeoutMs: 300,
    maxRetryDelayMs: 200,
    log: (severity, text) => {
      if (severity !== 'debug') log.push(`${severity}: ${text}`);
    },
    ...options,
  });
  cleanups.push(() => cache.close());
  return cache;
}

export async function redisServer(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis({ args });
  cleanups.push(() => server.stop());
  return server;
}

export async function fakeServer(onConnection: Parameters<typeof startFakeServer>[0]): Promise<FakeServer> {
  const server = await startFakeServer(onConnection);
  cleanups.push(() => server.close());
  return server;
}

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

export async function codeOf(promise: Promise<unknown>): Promise<CacheErrorCode | 'none'> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (isCacheError(error)) return error.code;
    throw error;
  }
}

export const recovered = (cache: Cache): Promise<true> =>
  until(
    async () => {
      await cache.set(bytes('recovered'), bytes('yes'));
      return true as const;
    },
    RECOVERY_MS,
    'recovery',
  );
