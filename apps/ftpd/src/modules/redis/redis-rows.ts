import {
  badCount,
  badValue,
  defineDirective,
  SERVER_CONTEXTS,
  type DefaultedRow,
  type DirectiveRow,
  type DirectiveSite,
} from '@ftpd/config';
import { logRow, millisecondsAt, switchedRow } from '../cache-rows.ts';
import { redisLogRows } from './redis-log-rows.ts';
import { endpointOf, splitTlsWords, type Endpoint, type TlsWords } from './server-words.ts';

const module = 'mod_redis.c';
const serverPort = 6379;
const sentinelPort = 26_379;

export const redisEngine: DirectiveRow<boolean> = switchedRow(
  'RedisEngine',
  module,
  'Whether Redis is used. Not set: yes, where RedisServer or RedisSentinel names servers; off is off, for bans as well.',
);

export const redisLog: DirectiveRow<string | undefined> = logRow('RedisLog', module);

export interface RedisServerValue {
  readonly endpoint: Endpoint;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  /** Absent: no TLS. */
  readonly tls?: TlsWords;
}

export const redisServer: DirectiveRow<RedisServerValue> = defineDirective({
  name: 'RedisServer',
  module,
  syntax:
    'RedisServer host[:port]|/path [username] [password] [db-index] [ssl:true] [ssl-ca:path] [ssl-cert:path] [ssl-key:path]',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'The Redis server, and who asks it. An empty word ("") stands for a user name or a password that is not given.',
  parse: parseServer,
});

function parseServer(args: readonly string[], site: DirectiveSite): RedisServerValue {
  if (args.length === 0) throw badCount('missing parameters');
  const { plain, tls } = splitTlsWords(args.slice(1), site);
  const [username = '', password = '', index = ''] = plain;
  if (plain.length > 3) site.warn(`parameters after '${index}' are ignored`);
  if (username !== '' && password === '')
    site.warn('a user name without a password is not sent; a password alone is written: "" password');
  return {
    endpoint: endpointOf(args[0] ?? '', serverPort, site),
    database: databaseOf(index, site),
    ...(username === '' || password === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function databaseOf(text: string, site: DirectiveSite): number {
  if (text === '' || /^\d{1,9}$/u.test(text)) return Number(text);
  site.warn(`'${text}' is no index of a database: 0 is used`);
  return 0;
}

export interface RedisSentinels {
  readonly endpoints: readonly Endpoint[];
  /** Absent: the first that the Sentinels know. */
  readonly masterName?: string;
  readonly tls?: TlsWords;
}

export const redisSentinel: DirectiveRow<RedisSentinels> = defineDirective({
  name: 'RedisSentinel',
  module,
  syntax:
    'RedisSentinel host[:port] ... [master name] [ssl:true] [ssl-ca:path] [ssl-cert:path] [ssl-key:path]',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'The Sentinels that know where the Redis server is; RedisServer then says only who asks it. Without `master` it is the first master that they know.',
  parse: (args, site): RedisSentinels => {
    if (args.length === 0) throw badCount('missing parameters');
    const { plain, tls } = splitTlsWords(args, site);
    const hasMaster = plain.length > 2 && plain.at(-2)?.toLowerCase() === 'master';
    const hosts = hasMaster ? plain.slice(0, -2) : plain;
    if (hosts.length === 0) throw badCount('missing parameters');
    if (hosts.some((host) => host.toLowerCase() === 'master'))
      site.warn("'master' is taken for a host: it must be followed by a name, after all hosts");
    const masterName = hasMaster ? plain.at(-1) : undefined;
    return {
      endpoints: hosts.map((host) => endpointOf(host, sentinelPort, site)),
      ...(masterName === undefined ? {} : { masterName }),
      ...(tls === undefined ? {} : { tls }),
    };
  },
});

export interface RedisTimeouts {
  readonly connectMs: number;
  readonly ioMs: number;
}

export const redisTimeouts: DefaultedRow<RedisTimeouts> = defineDirective({
  name: 'RedisTimeouts',
  module,
  syntax: 'RedisTimeouts connect-millis io-millis',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  defaultValue: { connectMs: 500, ioMs: 500 },
  doc: 'How long a server may take to connect, and how long it may be silent while it owes an answer, in ms.',
  parse: (args, site) => {
    if (args.length < 2) throw badCount('missing parameters');
    return {
      connectMs: millisecondsAt(args, 0, 'connect timeout value', site),
      ioMs: millisecondsAt(args, 1, 'IO timeout value', site),
    };
  },
});

const options = ['NoReconnect'] as const;

export const redisOptions: DirectiveRow<ReadonlySet<(typeof options)[number]>> = defineDirective({
  name: 'RedisOptions',
  module,
  syntax: 'RedisOptions NoReconnect',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  doc: 'Accepted: a lost connection is made again in the background, and nothing waits for it.',
  parse: (args, site) => {
    if (args.length === 0) throw badCount();
    for (const [index, arg] of args.entries())
      if (arg !== 'NoReconnect')
        throw badValue(`: unknown RedisOption '${arg}'`, index, `known: ${options.join(', ')}`);
    site.warn('NoReconnect has no effect: all sessions share one connection, which is made again');
    return new Set(options);
  },
  merge: (earlier, later) => new Set([...earlier, ...later]),
});

export const redisRows = [
  redisEngine,
  redisLog,
  redisServer,
  redisSentinel,
  redisTimeouts,
  redisOptions,
  ...redisLogRows,
];
