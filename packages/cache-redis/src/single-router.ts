import type { CacheCall } from '@ftpd/cache';
import { openConnection, type Connection } from './connection.ts';
import { asFailure, replyWordOf, unavailable } from './failures.ts';
import { Link, type Request } from './link.ts';
import { chunks, type Router } from './router.ts';
import { SentinelWatch } from './sentinel-watch.ts';
import { findMaster, type SentinelOptions } from './sentinel.ts';
import { nameOf, type RedisEndpoint, type Surroundings } from './settings.ts';

/** One server. */
export function createSingleRouter(server: RedisEndpoint, surroundings: Surroundings): Router {
  const link = new Link({ ...surroundings, name: nameOf(server), resolve: () => Promise.resolve(server) });
  return {
    readsAtOnce: true,
    get isReady() {
      return link.isReady;
    },
    run: (_, request, call) => link.run(request, call),
    groups: (keys) => chunks([...keys.keys()]),
    connectAside: (signal) => openConnection(server, surroundings.connection, signal),
    close: () => link.close(),
  };
}

/** Words of a server that is no longer, or not yet, the one to talk to. */
const elsewhere: ReadonlySet<string | undefined> = new Set(['READONLY', 'MASTERDOWN']);

/** The server that the sentinels call the master, and after a failover the next. */
export function createSentinelRouter(options: SentinelOptions, surroundings: Surroundings): Router {
  const aside = new Set<Connection>();
  const link = new Link({
    ...surroundings,
    name: options.masterName === undefined ? 'the master' : `master '${options.masterName}'`,
    resolve: find,
  });
  const watch = new SentinelWatch(options, surroundings.retry, leave);
  return {
    readsAtOnce: true,
    get isReady() {
      return link.isReady;
    },
    run: runOnMaster,
    groups: (keys) => chunks([...keys.keys()]),
    async connectAside(signal) {
      const connection = await openConnection(await find(signal), surroundings.connection, signal);
      aside.add(connection);
      return connection;
    },
    close() {
      watch.close();
      link.close();
    },
  };

  function find(signal: AbortSignal): Promise<RedisEndpoint> {
    watch.start();
    return findMaster(options, signal);
  }

  /** A master that was replaced goes on taking writes until it is told, and then forgets them. */
  function leave(master?: RedisEndpoint): void {
    if (link.endpoint === undefined) return;
    if (master !== undefined && nameOf(link.endpoint) === nameOf(master)) return;
    const reason = unavailable(new Error('another server is the master now'));
    for (const connection of aside) connection.fail(reason);
    aside.clear();
    link.reconnect(reason);
  }

  function runOnMaster<Result>(_: Uint8Array, request: Request<Result>, call: CacheCall): Promise<Result> {
    return link.run(request, call).catch((error: unknown) => {
      if (elsewhere.has(replyWordOf(error))) leave();
      throw asFailure(error);
    });
  }
}
