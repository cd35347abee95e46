import type { CacheCall } from '@ftpd/cache';
import { openConnection, type Connection } from './connection.ts';
import { asFailure, replyWordOf, unavailable } from './failures.ts';
import { Link, type Request } from './link.ts';
import { chunks, type Router } from './router.ts';
import type { RedisEndpoint, Surroundings } from './settings.ts';

/** Words of a server that is no longer, or not yet, the one to talk to. */
const elsewhere: ReadonlySet<string | undefined> = new Set(['READONLY', 'MASTERDOWN']);

/** One server, wherever it is just now. */
export function createSingleRouter(
  name: string,
  resolve: (signal: AbortSignal) => Promise<RedisEndpoint>,
  surroundings: Surroundings,
): Router {
  const link = new Link({ ...surroundings, name, resolve });
  const { needsMaster } = surroundings.connection;
  return {
    readsAtOnce: true,
    run: needsMaster ? runOnMaster : runAnywhere,
    groups: (keys) => chunks([...keys.keys()]),
    async connectAside(signal: AbortSignal): Promise<Connection> {
      return openConnection(await resolve(signal), surroundings.connection, signal);
    },
    close: () => link.close(),
  };

  function runAnywhere<Result>(_: Uint8Array, request: Request<Result>, call: CacheCall): Promise<Result> {
    return link.run(request, call);
  }

  /** A master may become a replica without closing its connections. */
  function runOnMaster<Result>(_: Uint8Array, request: Request<Result>, call: CacheCall): Promise<Result> {
    return link.run(request, call).catch((error: unknown) => {
      if (elsewhere.has(replyWordOf(error)))
        link.reconnect(unavailable(new Error('the master has become a replica')));
      throw asFailure(error);
    });
  }
}
