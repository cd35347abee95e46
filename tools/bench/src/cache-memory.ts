import { createMemoryCache, createTier } from '@ftpd/cache';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareCaches } from './cache-load.ts';
import type { CacheComparison } from './cache-memcache.ts';

const keyCount = 1000;
const value = Buffer.alloc(40, 'v');

/** Keys as ProFTPD has them: a prefix, bytes that are no text, a name. */
const keys = Array.from({ length: keyCount }, (_none, n) =>
  Buffer.concat([Buffer.from('mod_ban.'), Buffer.of(0, 1, 2), Buffer.from(`name ${n}`)]),
);
const keyOf = (n: number): Buffer => keys[n % keyCount] as Buffer;

/** What the memory driver is compared with: an async function over a Map, which finds values by bytes too. */
function bareMap(): (key: Buffer) => Promise<Uint8Array | undefined> {
  const map = new Map(keys.map((key) => [key.toString('latin1'), value]));
  return async (key) => map.get(key.toString('latin1'));
}

export async function compareMemory(): Promise<readonly CacheComparison[]> {
  const load = { concurrency: 1, operations: 300_000, rounds: 8 };
  const what = 'get of 40 bytes in this process, one after the other';
  const cache = createMemoryCache();
  for (const key of keys) await cache.set(key, value);
  const bare = bareMap();
  const memory = { name: 'memory', act: (n: number) => cache.get(keyOf(n)) };
  const map = { name: 'bare Map of bytes', act: (n: number) => bare(keyOf(n)) };
  const first = await compareCaches([memory, map], load);

  const mortal = createMemoryCache();
  const tier = createTier(createMemoryCache(), { positiveTtlMs: 600_000 });
  for (const key of keys) {
    await mortal.set(key, value, { ttlMs: 600_000 });
    await tier.set(key, value);
    await tier.get(key);
  }
  const others = [
    { name: 'memory, with lifetimes', act: (n: number) => mortal.get(keyOf(n)) },
    map,
    { name: 'tier, hit', act: (n: number) => tier.get(keyOf(n)) },
    { name: 'tier, peek', act: async (n: number) => tier.peek(keyOf(n)) },
  ];
  const second = await compareCaches(others, load);
  for (const each of [cache, mortal, tier]) await each.close();
  return [
    { what, measures: first },
    { what: `${what}: lifetimes, tier`, measures: second },
  ];
}

/** A program of its own that reads from a tier so often; see `systemCallsOfHits`. */
async function readHits(count: number): Promise<void> {
  const tier = createTier(createMemoryCache(), { positiveTtlMs: 600_000 });
  await tier.set(keyOf(0), value);
  await tier.get(keyOf(0));
  for (let n = 0; n < count; n++) await tier.get(keyOf(0));
  await tier.close();
}

/** @returns how many system calls a program's main thread makes in all. */
function countSystemCalls(hits: number): number | undefined {
  const self = fileURLToPath(import.meta.url);
  const node = [process.execPath, '--conditions=@ftpd/source', self, String(hits)];
  const { status, stderr } = spawnSync('strace', ['-c', '-U', 'calls,name', ...node], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return Number(/^ *(\d+) +total$/m.exec(stderr)?.[1]);
}

/** One line: system calls of a program with many hits in the tier, beside the same one with none. */
export function describeSystemCalls(): string {
  const [none, many] = [countSystemCalls(0), countSystemCalls(100_000)];
  if (none === undefined || many === undefined)
    return 'system calls of hits in the tier: strace is not installed';
  return `system calls: ${many} in a program with 100,000 hits in the tier, ${none} in the same with none`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await readHits(Number(process.argv[2]));
