import { CacheError } from '@ftpd/cache';
import { openConnection, type Connection } from './connection.ts';
import { asFailure } from './failures.ts';
import type { ConnectionSettings, RedisEndpoint } from './settings.ts';

export interface SentinelOptions {
  readonly sentinels: readonly RedisEndpoint[];
  /** What the sentinels call the master. Absent: the first that each of them knows. */
  readonly masterName?: string;
  readonly connection: ConnectionSettings;
}

/**
 * Asks all sentinels at once where the master is, and believes the place that most of them name. A sentinel that is away
 * or silent costs no time while a majority of the others agrees.
 * @throws {CacheError} CACHE_UNAVAILABLE, CACHE_REFUSED
 */
export function findMaster(
  { sentinels, masterName, connection }: SentinelOptions,
  signal: AbortSignal,
): Promise<RedisEndpoint> {
  const quit = new AbortController();
  const votes = new Map<string, { readonly endpoint: RedisEndpoint; count: number }>();
  let left = sentinels.length;
  return new Promise<RedisEndpoint>((resolve, reject) => {
    let failure: CacheError | undefined;
    const decide = (): void => {
      const [best] = [...votes.values()].toSorted((a, b) => b.count - a.count);
      if (best !== undefined && (left === 0 || best.count > sentinels.length / 2)) resolve(best.endpoint);
      else if (left === 0) reject(failure ?? new CacheError('CACHE_UNAVAILABLE'));
    };
    for (const sentinel of sentinels)
      askSentinel(sentinel, masterName, connection, AbortSignal.any([signal, quit.signal]))
        .then((endpoint) => {
          const name = JSON.stringify(endpoint);
          const vote = votes.get(name) ?? { endpoint, count: 0 };
          vote.count += 1;
          votes.set(name, vote);
        })
        .catch((error: unknown) => {
          failure ??= asFailure(error);
        })
        .finally(() => {
          left -= 1;
          decide();
        });
  }).finally(() => quit.abort());
}

async function askSentinel(
  sentinel: RedisEndpoint,
  masterName: string | undefined,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<RedisEndpoint> {
  const connection = await openConnection(sentinel, settings, signal);
  try {
    return await askForMaster(connection, masterName ?? (await askForName(connection)));
  } finally {
    connection.close();
  }
}

/** @see ProFTPD RedisSentinel, which takes the first master too when none is named */
function askForName(connection: Connection): Promise<string> {
  return connection.run('SENTINEL', ['masters'], Infinity, (reply) => {
    const [first] = Array.isArray(reply) ? (reply as unknown[]) : [];
    // Each master is a flat list of fields and values.
    const fields = Array.isArray(first) ? (first as unknown[]).map(String) : [];
    const at = fields.findIndex((field, index) => index % 2 === 0 && field === 'name');
    const name = at < 0 ? undefined : fields[at + 1];
    if (name === undefined)
      throw new CacheError('CACHE_UNAVAILABLE', { cause: new Error('the sentinels know no master') });
    return name;
  });
}

function askForMaster(connection: Connection, masterName: string): Promise<RedisEndpoint> {
  return connection.run('SENTINEL', ['get-master-addr-by-name', masterName], Infinity, (reply) => {
    const [host, port] = Array.isArray(reply) ? (reply as unknown[]).map(String) : [];
    const number = Number(port);
    if (host === undefined || !Number.isInteger(number) || number < 1 || number > 65_535)
      throw new CacheError('CACHE_UNAVAILABLE', {
        cause: new Error(`the sentinels know no master called '${masterName}'`),
      });
    return { host, port: number };
  });
}
