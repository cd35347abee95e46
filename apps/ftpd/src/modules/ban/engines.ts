import { isDeepStrictEqual } from 'node:util';
import { hostname } from 'node:os';
import { createBans, type BanEvent, type Bans, type BansOptions } from '@ftpd/ban';
import { createMemoryCache, type Cache, type PoolSecret } from '@ftpd/cache';
import type { ConfiguredServer, ModuleContext } from '@ftpd/module';
import { StartError } from '../../start-error.ts';
import { useIpv6 } from '../core/server.ts';
import { banSettings, type BanSettings, type ServerBans } from './ban-settings.ts';
import { autobanReason } from './ban-text.ts';

/** The bans of a server, shared with those that have the same cache, and what the directives say of them. */
export interface Engine {
  readonly bans: Bans;
  readonly settings: BanSettings;
  readonly server: ServerBans;
}

/** The engines of a configuration. */
export interface Engines {
  /** Undefined: BanEngine is on nowhere. @param serverId - From 1. */
  of(serverId: number): Engine | undefined;
  /** One for each server. */
  all(): readonly Engine[];
  readonly settings: BanSettings | undefined;
  /** Takes a configuration over: bans and counts stay. @throws {StartError} */
  follow(context: ModuleContext): Promise<void>;
  close(): Promise<void>;
}

interface Wanted {
  readonly cache: Cache;
  readonly options: Comparable;
  /** Which of the journals of BanTable: that of the main server is the table itself. */
  readonly slot: number;
  readonly servers: readonly ServerBans[];
}

interface Opened extends Omit<Wanted, 'servers'> {
  readonly bans: Bans;
}

/** Options by which two engines are the same. */
type Comparable = Omit<BansOptions, 'cache' | 'onEvent' | 'reasonOf' | 'secret'>;

/**
 * @param onEvent - Told of bans and outages.
 * @param journalOf - Opens the journal of a table. @param slot - 0 for that of the main server.
 */
export function createEngines(
  onEvent: (event: BanEvent) => void,
  journalOf: (path: string, slot: number) => Promise<Pick<BansOptions, 'journalPath' | 'journal'>>,
): Engines {
  /** For servers that share nothing: it lives as long as the daemon. */
  const own = createMemoryCache({ name: 'bans' });
  let opened: readonly Opened[] = [];
  let byServer: ReadonlyMap<number, Engine> = new Map();
  let settings: BanSettings | undefined;

  async function cacheOf({ cacheName, server }: ServerBans, context: ModuleContext): Promise<Cache> {
    if (cacheName === undefined) return own;
    const cache = await context.caches.of(cacheName, server.directives);
    if (cache === undefined)
      context.log(
        'notice',
        `mod_ban: notice: unable to use '${cacheName}' for BanCache of server '${server.name}': support not enabled; its bans are of this daemon alone`,
      );
    return cache ?? own;
  }

  /** Servers with the same cache and records share their bans. */
  async function groupedBy(next: BanSettings, context: ModuleContext): Promise<readonly Wanted[]> {
    const wanted: (Wanted & { servers: ServerBans[] })[] = [];
    for (const server of next.servers.values()) {
      const cache = await cacheOf(server, context);
      const options = optionsOf(next, server, context, cache !== own);
      const known = wanted.find(
        (one) => one.cache === cache && isDeepStrictEqual(one.options.proftpd, options.proftpd),
      );
      if (known === undefined) wanted.push({ cache, options, slot: server.server.id - 1, servers: [server] });
      else known.servers.push(server);
    }
    return wanted;
  }

  async function openOne(
    { cache, options, slot }: Wanted,
    { tablePath }: BanSettings,
    secret: PoolSecret | undefined,
  ): Promise<Opened> {
    const bans = await asStartError(tablePath ?? '', async () =>
      createBans({
        ...options,
        ...(tablePath === undefined ? {} : await journalOf(tablePath, slot)),
        ...(secret === undefined ? {} : { secret }),
        cache,
        onEvent,
        reasonOf: autobanReason,
      }),
    );
    const one = { cache, options, slot, bans };
    opened = [...opened, one];
    return one;
  }

  return {
    of: (serverId) => byServer.get(serverId),
    all: () => [...byServer.values()],
    get settings() {
      return settings;
    },
    async follow(context) {
      const next = banSettings(context);
      const secret = await context.poolSecret();
      const wanted = await groupedBy(next, context);
      const same = new Map<Wanted, Opened>();
      for (const one of wanted) {
        const known = opened.find(
          (candidate) =>
            candidate.cache === one.cache &&
            candidate.slot === one.slot &&
            isDeepStrictEqual(candidate.options, one.options),
        );
        if (known !== undefined) same.set(one, known);
      }
      const kept = new Set(same.values());
      // Before others are opened: a journal has one writer.
      for (const one of opened) if (!kept.has(one)) await one.bans.close();
      opened = [...kept];
      byServer = new Map();
      const engines = new Map<number, Engine>();
      for (const one of wanted) {
        const { bans } = same.get(one) ?? (await openOne(one, next, secret));
        for (const server of one.servers) engines.set(server.server.id, { bans, settings: next, server });
      }
      byServer = engines;
      settings = next;
    },
    async close() {
      const closing = opened;
      opened = [];
      byServer = new Map();
      await Promise.all(closing.map(({ bans }) => bans.close()));
      await own.close();
    },
  };
}

function optionsOf(
  { rules, options }: BanSettings,
  { encoding, isMatchingServer }: ServerBans,
  { servers: [main] }: ModuleContext,
  isShared: boolean,
): Comparable {
  return {
    ...options,
    rules,
    node: hostname().slice(0, 200),
    ...(encoding === undefined || !isShared
      ? {}
      : {
          proftpd: {
            encoding,
            isMatchingServer,
            ...(main === undefined
              ? {}
              : {
                  serverAddress: addressOf(main),
                  serverPort: main.port === 0 ? 21 : main.port,
                  isMappingAddresses: main.directives.first(useIpv6),
                }),
          },
        }),
  };
}

/** @throws {StartError} */
async function asStartError<T>(tablePath: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new StartError([`fatal: mod_ban: BanTable '${tablePath}': ${reason}`], { cause: error });
  }
}

/** What stands for the main server in records; ProFTPD looks at it with MatchServer only. */
function addressOf({ addresses }: ConfiguredServer): string {
  return addresses.find((address) => address !== '0.0.0.0' && address !== '::') ?? '127.0.0.1';
}
