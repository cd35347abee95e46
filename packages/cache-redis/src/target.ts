import { CacheError } from '@ftpd/cache';
import type { RedisCacheOptions, RedisServers } from './redis-cache.ts';
import type { RedisEndpoint } from './settings.ts';

/** What a URL and its options say, but for certificates and keys, which stand in files. */
export interface RedisTarget {
  readonly options: RedisCacheOptions;
  readonly usesTls: boolean;
  /** Whether the sentinels speak TLS, too. */
  readonly sentinelsUseTls: boolean;
  /** Paths of PEM files, for the servers' TLS. */
  readonly tlsFiles: TlsFiles;
  readonly serverName?: string;
}

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const defaultPort = 6379;
const defaultSentinelPort = 26_379;

type Kind = 'single' | 'sentinel' | 'cluster' | 'unix';

const schemes: Readonly<Record<string, { readonly kind: Kind; readonly usesTls: boolean }>> = {
  redis: { kind: 'single', usesTls: false },
  rediss: { kind: 'single', usesTls: true },
  'redis+unix': { kind: 'unix', usesTls: false },
  'redis+sentinel': { kind: 'sentinel', usesTls: false },
  'rediss+sentinel': { kind: 'sentinel', usesTls: true },
  'redis+cluster': { kind: 'cluster', usesTls: false },
  'rediss+cluster': { kind: 'cluster', usesTls: true },
};

const numberOptions = {
  'deadline-ms': 'deadlineMs',
  'connect-timeout-ms': 'connectTimeoutMs',
  'silence-timeout-ms': 'silenceTimeoutMs',
  'min-retry-delay-ms': 'minRetryDelayMs',
  'max-retry-delay-ms': 'maxRetryDelayMs',
} as const;

const textOptions: ReadonlySet<string> = new Set([
  'username',
  'password',
  'sentinel-username',
  'sentinel-password',
  'sentinel-tls',
  'ca',
  'cert',
  'key',
  'server-name',
]);

/**
 * Reads `redis://`, `rediss://`, `redis+unix://`, `redis+sentinel://` and `redis+cluster://` (the last two also as
 * `rediss+…`).
 * @throws {CacheError} CACHE_BAD_OPTION; never repeats a password.
 */
export function readTarget(url: string, options: Readonly<Record<string, string>>): RedisTarget {
  const match = /^([a-z+]+):\/\/(?:([^@/]*)@)?([^@/?#]*)(\/[^?#]*)?$/.exec(url);
  const [, scheme = '', credentials, hosts = '', path = ''] = match ?? [];
  const form = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (match === null || form === undefined)
    throw badTarget(`a URL begins with ${Object.keys(schemes).join('://, ')}://, without ? or #`);
  for (const name of Object.keys(options))
    if (!Object.hasOwn(numberOptions, name) && !textOptions.has(name))
      throw badTarget(`there is no option '${name}'`);
  const isSentinel = form.kind === 'sentinel';
  const sentinelTls = readSwitch(options['sentinel-tls'] ?? 'on');
  return {
    options: {
      ...readServers(form.kind, hosts, path),
      ...readCredentials(credentials, options),
      ...readDatabase(form.kind, path),
      ...readNumbers(options),
      ...(isSentinel ? readSentinelCredentials(options) : {}),
    },
    usesTls: form.usesTls,
    sentinelsUseTls: isSentinel && form.usesTls && sentinelTls,
    tlsFiles: picked(options, ['ca', 'cert', 'key']),
    ...(options['server-name'] === undefined ? {} : { serverName: options['server-name'] }),
  };
}

function readServers(kind: Kind, hosts: string, path: string): RedisServers {
  if (kind === 'unix') {
    if (hosts !== '' || path.length < 2) throw badTarget('redis+unix:///path/of/the/socket');
    return { server: { path: decode(path) } };
  }
  const endpoints = hosts
    .split(',')
    .map((host) => readHost(host, kind === 'sentinel' ? defaultSentinelPort : defaultPort));
  if (kind === 'cluster') return { cluster: endpoints };
  if (kind === 'sentinel') {
    const [, masterName = ''] = path.split('/');
    if (masterName === '')
      throw badTarget('redis+sentinel://HOST,HOST/NAME-OF-THE-MASTER or …/NAME/DATABASE');
    return { sentinels: endpoints, masterName: decode(masterName) };
  }
  const [server, ...others] = endpoints;
  if (server === undefined || others.length > 0)
    throw badTarget('several hosts are for Sentinel or a cluster');
  return { server };
}

function readHost(text: string, port: number): RedisEndpoint {
  const match = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw badTarget('a host is HOST, HOST:PORT, or [IPV6]:PORT');
  return { host: decode(host), port: match?.[3] === undefined ? port : Number(match[3]) };
}

/** `user:password`, `:password` or `password`; the password begins after the first colon and may hold others. */
function readCredentials(
  text: string | undefined,
  { username, password }: Readonly<Record<string, string>>,
): { readonly username?: string; readonly password?: string } {
  const given = picked({ username, password }, ['username', 'password']);
  if (text === undefined || text === '') return given;
  const colon = text.indexOf(':');
  const user = colon === -1 ? '' : decode(text.slice(0, colon));
  return { ...(user === '' ? {} : { username: user }), password: decode(text.slice(colon + 1)), ...given };
}

function readSentinelCredentials(options: Readonly<Record<string, string>>): object {
  const { 'sentinel-username': sentinelUsername, 'sentinel-password': sentinelPassword } = options;
  return picked({ sentinelUsername, sentinelPassword }, ['sentinelUsername', 'sentinelPassword']);
}

function readDatabase(kind: Kind, path: string): { readonly database?: number } {
  if (kind === 'unix') return {};
  const [, first = '', second = '', ...rest] = path.split('/');
  const text = kind === 'sentinel' ? second : first;
  if (rest.length > 0 || (kind !== 'sentinel' && second !== '')) throw badTarget('the path is too long');
  if (text === '') return {};
  if (kind === 'cluster' || !/^\d{1,5}$/.test(text)) throw badTarget('the path is the index of a database');
  return { database: Number(text) };
}

function readNumbers(options: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(numberOptions).flatMap(([name, property]) => {
      const text = options[name];
      if (text === undefined) return [];
      if (!/^\d{1,9}$/.test(text)) throw badTarget(`${name} is a number of milliseconds`);
      return [[property, Number(text)]];
    }),
  );
}

function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw badTarget('sentinel-tls is on or off');
  return text === 'on';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badTarget('a % is written as %25');
  }
}

function picked<Name extends string>(
  from: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  ) as { [Key in Name]?: string };
}

function badTarget(message: string): CacheError {
  return new CacheError('CACHE_BAD_OPTION', { message: `redis: ${message}` });
}
