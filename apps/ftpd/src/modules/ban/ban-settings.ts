import type { BanRule, BansOptions } from '@ftpd/ban';
import type { DirectiveRow } from '@ftpd/config';
import type { ConfiguredServer, DirectiveReader, ModuleContext } from '@ftpd/module';
import type { ServerEventName, SessionView } from '@ftpd/server';
import { cacheBackendRow } from '../../cache/backend-row.ts';
import { StartError } from '../../start-error.ts';
import { banCache, banCacheOptions, banEngine, banMessage, banOptions, banTable } from './ban-rows.ts';
import { banOnEvent, type BanOnEventValue } from './event-rows.ts';
import type { BanEventRow } from './events.ts';
import {
  banAllow,
  banBaitUsers,
  banCountPoolWide,
  banDryRun,
  banEscalation,
  banIpv6Prefix,
  banOutagePolicy,
  type BanBaitValue,
} from './own-rows.ts';

/** How the records of ProFTPD in a cache look. */
export type RecordEncoding = 'tpl' | 'json';

/** What the directives say of one server. */
export interface ServerBans {
  readonly server: ConfiguredServer;
  /** Whether it is on for clients about which no `<IfClass>` says anything. */
  readonly isOn: boolean;
  /** The name of the cache; undefined: none is shared. */
  readonly cacheName: string | undefined;
  /** Undefined: the cache is none that ProFTPD can use. */
  readonly encoding: RecordEncoding | undefined;
  readonly isMatchingServer: boolean;
  /** Whether a rule's ban that is made there holds there only. */
  readonly isAlone: boolean;
  /** What bans of this server alone are known by. Undefined: it is the only one. */
  readonly scopeOf: (session: Pick<SessionView, 'localAddress' | 'localPort'>) => string | undefined;
}

/** What the directives say for the whole daemon. */
export interface BanSettings {
  /** By their ids; none if the engine is on nowhere. */
  readonly servers: ReadonlyMap<number, ServerBans>;
  readonly tablePath: string | undefined;
  /** Undefined: banned clients are told nothing. */
  readonly message: string | undefined;
  readonly rules: readonly BanRule[];
  /** The events that rules are for, by what raises them. */
  readonly events: ReadonlyMap<ServerEventName, readonly BanEventRow[]>;
  /** What a failed login as one of these users is reported as. */
  readonly baits: ReadonlyMap<string, string>;
  readonly options: Pick<BansOptions, 'outage' | 'allow' | 'ipv6PrefixBits' | 'isCountingPoolWide'>;
}

const baitEvent = 'BaitUser';

export function banSettings(context: ModuleContext): BanSettings {
  const [main] = context.servers;
  if (main === undefined) throw new Error('a configuration always has a main server');
  const { directives } = main;
  const events = context.everywhere(banOnEvent);
  // Where one is on, <IfClass> may switch any on or off for some clients: that is known with a session only.
  const isOnForAnybody = context.everywhere(banEngine).includes(true);
  const isDryRun = directives.first(banDryRun);
  return {
    servers: new Map(
      (isOnForAnybody ? context.servers : []).map((server) => [
        server.id,
        serverBans(server, directives, context),
      ]),
    ),
    tablePath: context.everywhere(banTable).at(-1),
    message: context.everywhere(banMessage).at(-1),
    rules: [...rulesOf(events, directives), ...baitRules(context.everywhere(banBaitUsers))].map((rule) => ({
      ...rule,
      isDryRun,
    })),
    events: eventsOf(events),
    baits: new Map(
      context
        .everywhere(banBaitUsers)
        .flatMap(({ users }, index) => users.map((user) => [user, baitEventOf(index)] as const)),
    ),
    options: {
      outage: directives.first(banOutagePolicy),
      allow: context.everywhere(banAllow).flat(),
      ipv6PrefixBits: directives.first(banIpv6Prefix),
      isCountingPoolWide: directives.first(banCountPoolWide),
    },
  };
}

/** The value of a virtual server, else that of the main one: a server that nobody guards would be a way around bans. */
function inForce<T>(own: DirectiveReader, main: DirectiveReader, row: DirectiveRow<T>): T | undefined {
  return own.first(row) ?? main.first(row);
}

function serverBans(server: ConfiguredServer, main: DirectiveReader, context: ModuleContext): ServerBans {
  const cacheName = inForce(server.directives, main, banCache);
  const options = inForce(server.directives, main, banCacheOptions) ?? new Set();
  const isMatchingServer = options.has('MatchServer');
  const isAnyServer = inForce(server.directives, main, banOptions)?.has('MatchAnyServer') ?? false;
  return {
    server,
    isOn: inForce(server.directives, main, banEngine) ?? false,
    cacheName,
    encoding: encodingOf(cacheName, options.has('UseJSON'), context),
    isMatchingServer,
    isAlone: !isAnyServer && (cacheName === undefined || isMatchingServer),
    scopeOf: scopeOf(server, isMatchingServer, context.servers.length === 1),
  };
}

function scopeOf(
  { name, addresses, port }: ConfiguredServer,
  isMatchingServer: boolean,
  isOnlyOne: boolean,
): ServerBans['scopeOf'] {
  // The address and port are what ProFTPD compares; without MatchServer one server is one, at whatever address.
  if (isMatchingServer) return ({ localAddress, localPort }) => `${localAddress}#${localPort}`;
  const label = `${addresses[0] ?? '*'}#${port}/${name.replace(/[\s[\]]/gu, '_')}`.slice(0, 60);
  return () => (isOnlyOne ? undefined : label);
}

function encodingOf(
  cacheName: string | undefined,
  usesJson: boolean,
  context: ModuleContext,
): RecordEncoding | undefined {
  const url = context.everywhere(cacheBackendRow).find(({ name }) => name === cacheName)?.url ?? '';
  const scheme = url === '' ? cacheName : url.slice(0, url.indexOf(':')).toLowerCase();
  if (scheme === 'memcache') return usesJson ? 'json' : 'tpl';
  return scheme === 'redis' || scheme === 'rediss' ? 'json' : undefined;
}

function rulesOf(values: readonly BanOnEventValue[], main: DirectiveReader): readonly BanRule[] {
  const seen = new Map<string, number>();
  const longer = main.first(banEscalation);
  return values.flatMap(({ event, limit, windowMs, banMs, message }) => {
    if (event === undefined) return [];
    const count = (seen.get(event.name) ?? 0) + 1;
    seen.set(event.name, count);
    return {
      name: count === 1 ? event.name : `${event.name} ${count}`,
      events: event.name,
      limit,
      windowMs,
      banMs,
      ...(message === undefined ? {} : { message }),
      ...(longer === undefined ? {} : { escalation: { ...longer, maxMs: Math.max(longer.maxMs, banMs) } }),
    };
  });
}

const baitEventOf = (index: number): string => (index === 0 ? baitEvent : `${baitEvent} ${index + 1}`);

function baitRules(baits: readonly BanBaitValue[]): readonly BanRule[] {
  return baits.map(({ banMs }, index) => ({
    events: baitEventOf(index),
    limit: 1,
    windowMs: 1000,
    banMs,
  }));
}

function eventsOf(values: readonly BanOnEventValue[]): ReadonlyMap<ServerEventName, readonly BanEventRow[]> {
  const byName = new Map(values.flatMap(({ event }) => (event === undefined ? [] : [[event.name, event]])));
  return Map.groupBy(byName.values(), ({ raisedBy }) => raisedBy);
}

/** Whether the engine may run: it needs a table wherever it is on, and caches that there are. @throws {StartError} */
export function checkBans(context: ModuleContext): void {
  if (context.everywhere(banEngine).includes(true) && context.everywhere(banTable).length === 0)
    throw new StartError([
      'fatal: mod_ban: missing required BanTable configuration; write one beside BanEngine',
    ]);
  const names = new Set([
    'memcache',
    'redis',
    ...context.everywhere(cacheBackendRow).map(({ name }) => name),
  ]);
  for (const name of context.everywhere(banCache))
    if (!names.has(name))
      throw new StartError([
        `fatal: BanCache: unsupported BanCache driver '${name}'; write memcache, redis or the name of a CacheBackend line`,
      ]);
}
