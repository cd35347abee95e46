import { until } from './deadline.ts';
import { startRedis, type RedisServer } from './redis.ts';

/** A Redis, one that follows it, and a Sentinel that watches them as `pool`. */
export interface WatchedRedis {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinel: RedisServer;
  stop(): Promise<void>;
}

const START_MS = 20_000;

/** Starts them, and waits until the Sentinel would let the replica take over half a second after its master is gone. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const started: RedisServer[] = [];
  const kept = async (starting: Promise<RedisServer>): Promise<RedisServer> => {
    const server = await starting;
    started.unshift(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    for (const server of started) await server.stop();
  };
  try {
    const master = await kept(startRedis({ args: ['--repl-diskless-sync-delay', '0'] }));
    const replica = await kept(startRedis({ args: ['--replicaof', `127.0.0.1 ${master.port}`] }));
    await until(async () => (await replica.cli('role')).includes('connected'), START_MS, 'a replica');
    const sentinelConfiguration = `sentinel monitor pool 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds pool 500
sentinel failover-timeout pool 3000
`;
    const sentinel = await kept(startRedis({ sentinelConfiguration }));
    await until(
      async () => /master-link-status\s+ok/.test(await sentinel.cli('sentinel', 'replicas', 'pool')),
      START_MS,
      'a Sentinel that knows the replica',
    );
    return { master, replica, sentinel, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
