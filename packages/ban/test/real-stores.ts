import type { Cache } from '@ftpd/cache';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import { startMemcached, startRedis } from '@ftpd/test-services';

/** Real servers that nodes share, each node with a connection of its own. */
export interface RealStore {
  connect(): Cache;
  /** They do nothing, and answer nothing. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends them, and starts them empty where they were. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A busy machine must not look like a silent server. */
const patienceMs = 10_000;

export async function startRedisStore(answerMs: number = patienceMs): Promise<RealStore> {
  const server = await startRedis();
  return {
    connect: () =>
      createRedisCache({
        server: { host: '127.0.0.1', port: server.port },
        deadlineMs: answerMs,
        silenceTimeoutMs: answerMs,
        connectTimeoutMs: answerMs,
        maxRetryDelayMs: 200,
      }),
    async pause() {
      process.kill(server.process().pid, 'SIGSTOP');
    },
    resume: () => void process.kill(server.process().pid, 'SIGCONT'),
    async restart() {
      await server.process().stop('SIGKILL');
      await server.restart();
    },
    stop: () => server.stop(),
  };
}

export async function startMemcachedStore(answerMs: number = patienceMs, count = 3): Promise<RealStore> {
  const servers = await Promise.all(Array.from({ length: count }, () => startMemcached()));
  return {
    connect: () =>
      createMemcacheCache({
        servers: servers.map(({ host, port }) => ({ host, port })),
        deadlineMs: answerMs,
        answerTimeoutMs: answerMs,
        connectTimeoutMs: answerMs,
      }),
    async pause() {
      await Promise.all(servers.map((server) => server.pause()));
    },
    resume() {
      for (const server of servers) server.resume();
    },
    async restart() {
      for (const [index, server] of servers.entries()) {
        await server.stop('SIGKILL');
        servers[index] = await startMemcached({ port: server.port });
      }
    },
    async stop() {
      await Promise.all(
        servers.map(async (server) => {
          if (server.isRunning()) server.resume();
          await server.stop('SIGKILL');
        }),
      );
    },
  };
}

export const realStores: readonly (readonly [
  name: string,
  start: (answerMs?: number) => Promise<RealStore>,
])[] = [
  ['one Redis', startRedisStore],
  ['three memcacheds', startMemcachedStore],
];
