import { createBans } from '@ftpd/ban';
import { cacheChannelName, type CacheEvent } from '@ftpd/cache';
import { createRedisCache } from '@ftpd/cache-redis';
import { startRedis } from '@ftpd/test-services';
import { Redis } from 'ioredis';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { BanGoal } from './ban-goal.ts';
import { compareCaches, type CacheMeasure } from './cache-load.ts';

const clientCount = 10_000;
const limit = 1_000_000;
const windowS = 600;
const counted = 1000;

/** @returns what was asked of the cache meanwhile, but for the polls of the pool. */
async function callsDuring(act: () => Promise<void>): Promise<number> {
  let calls = 0;
  const count = (event: unknown): void => {
    if ((event as CacheEvent).operation !== 'getMany') calls += 1;
  };
  subscribe(cacheChannelName, count);
  await act();
  unsubscribe(cacheChannelName, count);
  return calls;
}

function describe(concurrency: number, measures: readonly CacheMeasure[]): string {
  const lines = measures.map(({ name, operationsPerSecond, p99Ms, cpuMicrosecondsPerOperation }) =>
    [
      name.padEnd(50),
      `${Math.round(operationsPerSecond)}/s`.padStart(10),
      `p99 ${p99Ms.toFixed(2)} ms`.padStart(14),
      `${cpuMicrosecondsPerOperation.toFixed(1)} µs of processor`.padStart(22),
    ].join('  '),
  );
  return `Failures of ${clientCount} clients over one Redis, ${concurrency} at once\n${lines.join('\n')}`;
}

/** Reports beside rate-limiter-flexible's `consume`, over the same Redis, and what a report asks the cache. */
export async function reportGoals(): Promise<readonly BanGoal[]> {
  const server = await startRedis();
  const { port } = server;
  const cache = createRedisCache({
    server: { host: '127.0.0.1', port },
    deadlineMs: 10_000,
    silenceTimeoutMs: 10_000,
  });
  const bans = createBans({
    cache,
    rules: [{ events: 'login-failed', limit, windowMs: windowS * 1000, banMs: 3_600_000 }],
  });
  const plain = new Redis(port, '127.0.0.1');
  const pipelined = new Redis(port, '127.0.0.1', { enableAutoPipelining: true });
  const limiter = (storeClient: Redis, keyPrefix: string): RateLimiterRedis =>
    new RateLimiterRedis({
      storeClient,
      keyPrefix,
      points: limit,
      duration: windowS,
      inMemoryBlockOnConsumed: limit,
      inMemoryBlockDuration: windowS,
    });
  const usual = limiter(plain, 'usual');
  const fastest = limiter(pipelined, 'fastest');
  const addresses = Array.from({ length: clientCount }, (_, n) => `10.0.${n >> 8}.${n & 255}`);
  const addressOf = (n: number): string => addresses[n % clientCount] as string;
  const contestants = [
    {
      name: '@ftpd/ban',
      act: (n: number) => bans.report('login-failed', { type: 'host', name: addressOf(n) }),
    },
    { name: 'rate-limiter-flexible 11.4', act: (n: number) => usual.consume(addressOf(n)) },
    {
      name: 'rate-limiter-flexible 11.4, automatic pipelines',
      act: (n: number) => fastest.consume(addressOf(n)),
    },
  ];
  const goals: BanGoal[] = [];
  try {
    await bans.refresh();
    const calls = await callsDuring(async () => {
      for (let n = 0; n < counted; n += 1) await contestants[0]?.act(n);
    });
    goals.push({
      what: 'what a report below its limit asks of the cache',
      figure: `${(calls / counted).toFixed(2)} increments`,
      goal: 'one round trip',
      isMet: calls === counted,
    });
    for (const concurrency of [1, 16, 64, 256]) {
      const load = { concurrency, operations: concurrency === 1 ? 5000 : 30_000, rounds: 8 };
      const measures = await compareCaches(contestants, load);
      console.log(`${describe(concurrency, measures)}\n`);
      const [ours, ...theirs] = measures as [CacheMeasure, ...CacheMeasure[]];
      const rate = Math.max(...theirs.map(({ operationsPerSecond }) => operationsPerSecond));
      const p99Ms = Math.min(...theirs.map((their) => their.p99Ms));
      goals.push({
        what: `reports, ${concurrency} at once`,
        figure: `${(ours.operationsPerSecond / rate).toFixed(2)} x as many, p99 ${(ours.p99Ms / p99Ms).toFixed(2)} x as long`,
        goal: 'more, at lower p99',
        isMet: ours.operationsPerSecond > rate && ours.p99Ms < p99Ms,
      });
    }
    return goals;
  } finally {
    await bans.close();
    await cache.close();
    plain.disconnect();
    pipelined.disconnect();
    await server.stop();
  }
}
