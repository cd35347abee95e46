import KeyvRedis from '@keyv/redis';
import { createRedisCache } from '@ftpd/cache-redis';
import { startRedis } from '@ftpd/test-services';
import { createCache as createCacheManager } from 'cache-manager';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { compareCaches, type CacheContestant } from './cache-load.ts';
import type { CacheComparison } from './cache-memcache.ts';

const keyCount = 1000;
const value = Buffer.alloc(100, 'v');
const text = value.toString('latin1');
const ttlMs = 600_000;

/** The driver beside the bare client that it stands on, and two general caches, over one Redis. */
export async function compareRedis(): Promise<readonly CacheComparison[]> {
  const server = await startRedis();
  const { port } = server;
  const cache = createRedisCache({
    server: { host: '127.0.0.1', port },
    deadlineMs: 10_000,
    silenceTimeoutMs: 10_000,
  });
  const bare = new Redis(port, '127.0.0.1');
  const keyv = new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}`), namespace: 'keyv' });
  const managed = new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}`), namespace: 'managed' });
  const manager = createCacheManager({ stores: [managed] });
  const names = Array.from({ length: keyCount }, (_none, n) => `key ${n}`);
  const keys = names.map((name) => Buffer.from(name));
  const nameOf = (n: number): string => names[n % keyCount] as string;
  const keyOf = (n: number): Buffer => keys[n % keyCount] as Buffer;
  const counter = Buffer.from('counter');
  const operations: Readonly<Record<string, readonly CacheContestant[]>> = {
    set: [
      { name: '@ftpd/cache-redis', act: (n) => cache.set(keyOf(n), value, { ttlMs }) },
      { name: 'ioredis', act: (n) => bare.set(keyOf(n), value, 'PX', ttlMs) },
      { name: 'keyv', act: (n) => keyv.set(nameOf(n), text, ttlMs) },
      { name: 'cache-manager', act: (n) => manager.set(nameOf(n), text, ttlMs) },
    ],
    get: [
      { name: '@ftpd/cache-redis', act: (n) => cache.get(keyOf(n)) },
      { name: 'ioredis', act: (n) => bare.getBuffer(keyOf(n)) },
      { name: 'keyv', act: (n) => keyv.get(nameOf(n)) },
      { name: 'cache-manager', act: (n) => manager.get(nameOf(n)) },
    ],
    // Redis alone has no increment that makes its window: this is how it is usually put together.
    'increment with a window': [
      { name: '@ftpd/cache-redis', act: () => cache.increment(counter, 1, { ttlMs }) },
      {
        name: 'ioredis, MULTI',
        act: () => bare.multi().set('windowed', 0, 'PX', ttlMs, 'NX').incrby('windowed', 1).exec(),
      },
      { name: 'ioredis, INCRBY alone', act: () => bare.incrby('bare counter', 1) },
    ],
  };
  const comparisons: CacheComparison[] = [];
  try {
    for (const [operation, contestants] of Object.entries(operations))
      for (const concurrency of [1, 16, 256]) {
        const load = { concurrency, operations: concurrency === 1 ? 5000 : 20_000, rounds: 4 };
        const measures = await compareCaches(contestants, load);
        comparisons.push({ what: `Redis ${operation}, ${concurrency} at once`, measures });
      }
  } finally {
    await cache.close();
    bare.disconnect();
    await keyv.disconnect();
    await manager.disconnect();
    await server.stop();
  }
  return comparisons;
}
