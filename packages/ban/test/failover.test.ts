import { createRedisCache } from '@ftpd/cache-redis';
import { startWatchedRedis, type WatchedRedis } from '@ftpd/test-services';
import { afterEach, expect, test } from 'vitest';
import type { Bans } from '../src/index.ts';
import { bob, host, open } from './nodes.ts';

const patience = { timeout: 30_000 };
let redis: WatchedRedis | undefined;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await redis?.stop();
});

function node(sentinelPort: number): Bans {
  const cache = createRedisCache({
    sentinels: [{ host: '127.0.0.1', port: sentinelPort }],
    masterName: 'pool',
    deadlineMs: 5000,
    silenceTimeoutMs: 5000,
    connectTimeoutMs: 5000,
    maxRetryDelayMs: 200,
  });
  closing.push(() => cache.close());
  return open({ cache, pollMs: 100 });
}

test(
  'when a replica takes over, bans hold, those made meanwhile are told, and permits stay',
  { timeout: 90_000 },
  async () => {
    redis = await startWatchedRedis();
    const [one, other] = [node(redis.sentinel.port), node(redis.sentinel.port)];
    await one.ban(bob);
    await one.ban(host);
    await expect.poll(() => other.peek([host])?.outcome, patience).toBe('banned');
    await other.permit(host);
    await redis.master.process().stop('SIGKILL');
    await one.ban({ type: 'user', name: 'eve' });
    expect(other.peek([bob])?.outcome).toBe('banned');
    await expect.poll(async () => (await one.refresh()) && (await other.refresh()), patience).toBe(true);
    const late = node(redis.sentinel.port);
    for (const each of [one, other, late]) {
      await expect
        .poll(async () => (await each.list()).map(({ subject }) => subject.name).toSorted(), patience)
        .toEqual(['bob', 'eve']);
      expect((await each.check([host])).outcome).toBe('free');
    }
  },
);
