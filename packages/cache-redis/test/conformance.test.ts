import type { Cache } from '@ftpd/cache';
import { cacheConformance } from '@ftpd/cache/conformance';
import { freePort, startRedis, startRedisCluster, type RedisServer } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createRedisCache, type RedisEndpoint, type RedisServers } from '../src/index.ts';

const keys = Array.from({ length: 20 }, (_, index) => Buffer.from(`warm ${index}`));

const at = (port: number): RedisEndpoint => ({ host: '127.0.0.1', port });

function signal(servers: readonly RedisServer[], name: NodeJS.Signals): void {
  for (const server of servers) process.kill(server.process().pid, name);
}

/** The suite over one kind of Redis. Stopped servers are others than those that the rest of the suite uses. */
function suite(
  name: string,
  start: () => Promise<readonly RedisServer[]>,
  where: (ports: readonly number[]) => RedisServers,
): void {
  describe(`${name} of Redis`, () => {
    let servers: readonly RedisServer[] = [];
    let stoppable: readonly RedisServer[] = [];
    beforeAll(async () => {
      [servers, stoppable] = await Promise.all([start(), start()]);
    });
    afterAll(async () => {
      await Promise.all([...servers, ...stoppable].map((server) => server.stop()));
    });
    const open = (on: readonly RedisServer[]): Cache => createRedisCache(where(on.map(({ port }) => port)));
    cacheConformance({ describe, it }, name, {
      async open() {
        const cache = open(servers);
        // Connected to all, so that connections that are made on a busy machine take nothing from short lifetimes.
        await cache.getMany(keys, { deadlineMs: 10_000 });
        return cache;
      },
      openUnreachable: async () => createRedisCache(where([await freePort()])),
      openPausable: () => ({
        cache: open(stoppable),
        pause: () => signal(stoppable, 'SIGSTOP'),
        resume: () => signal(stoppable, 'SIGCONT'),
      }),
    });
  });
}

suite(
  'one server',
  async () => [await startRedis()],
  ([port = 0]) => ({ server: at(port) }),
);

suite(
  'a cluster',
  () => startRedisCluster(),
  (ports) => ({ cluster: ports.map(at) }),
);
