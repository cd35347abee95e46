import { createMemcacheCache } from '@ftpd/cache-memcache';
import { startMemcached } from '@ftpd/test-services';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { compareCaches, type CacheContestant, type CacheMeasure } from './cache-load.ts';

interface BareClient {
  get(key: string): Promise<unknown>;
  set(key: string, value: Buffer, options: object): Promise<unknown>;
  increment(key: string, delta: number, options: object): Promise<unknown>;
  close(): void;
}

const memjs = createRequire(import.meta.url)('memjs') as {
  readonly Client: { create(servers: string, options: object): BareClient };
};

export interface CacheComparison {
  readonly what: string;
  readonly measures: readonly CacheMeasure[];
}

const KEYS = 1000;
const VALUE = Buffer.alloc(100, 'v');

/** The driver beside the bare client that it stands on, over one memcached. */
export async function compareMemcache(): Promise<readonly CacheComparison[]> {
  const server = await startMemcached();
  const cache = createMemcacheCache({ servers: [server], deadlineMs: 10_000, answerTimeoutMs: 10_000 });
  const bare = memjs.Client.create(`${server.host}:${server.port}`, { timeout: 10 });
  const names = Array.from({ length: KEYS }, (_, n) => `key ${n}`);
  const keys = names.map((name) => Buffer.from(name));
  const nameOf = (n: number): string => names[n % KEYS] as string;
  const keyOf = (n: number): Buffer => keys[n % KEYS] as Buffer;
  const counter = Buffer.from('counter');
  const operations: Readonly<Record<string, readonly CacheContestant[]>> = {
    set: [
      { name: '@ftpd/cache-memcache', act: (n) => cache.set(keyOf(n), VALUE) },
      { name: 'memjs', act: (n) => bare.set(nameOf(n), VALUE, {}) },
    ],
    get: [
      { name: '@ftpd/cache-memcache', act: (n) => cache.get(keyOf(n)) },
      { name: 'memjs', act: (n) => bare.get(nameOf(n)) },
    ],
    increment: [
      { name: '@ftpd/cache-memcache', act: () => cache.increment(counter, 1) },
      { name: 'memjs', act: () => bare.increment('counter', 1, {}) },
    ],
  };
  const comparisons: CacheComparison[] = [];
  try {
    for (const [operation, contestants] of Object.entries(operations))
      for (const concurrency of [1, 16, 256]) {
        const load = { concurrency, operations: concurrency === 1 ? 5000 : 30_000, rounds: 4 };
        const measures = await compareCaches(contestants, load);
        comparisons.push({ what: `memcached ${operation}, ${concurrency} at once`, measures });
      }
  } finally {
    await cache.close();
    bare.close();
    await server.stop();
  }
  return comparisons;
}

/** Lines of a table, the first contestant being compared with the second. */
export function describeComparison({ what, measures }: CacheComparison): string {
  const [ours, bare] = measures as readonly [CacheMeasure, CacheMeasure];
  const lines = measures.map(
    ({ name, operationsPerSecond, p99Ms, cpuMicrosecondsPerOperation }) =>
      `  ${name.padEnd(22)} ${operationsPerSecond.toFixed(0).padStart(8)}/s  p99 ${p99Ms.toFixed(3).padStart(8)} ms` +
      `  cpu ${cpuMicrosecondsPerOperation.toFixed(1).padStart(6)} µs`,
  );
  const share = ((100 * ours.operationsPerSecond) / bare.operationsPerSecond).toFixed(0);
  return [`${what}: ${share} %`, ...lines].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const comparison of await compareMemcache()) console.log(describeComparison(comparison));
