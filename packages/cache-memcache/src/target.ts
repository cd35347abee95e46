import { CacheError, type CacheTarget } from '@ftpd/cache';
import type { MemcacheOptions } from './memcache.ts';
import { parseServer } from './server-name.ts';

const urlSyntax =
  /^(?<scheme>memcaches?):\/\/(?:(?<username>[^:@/]*):(?<password>[^@]*)@)?(?<servers>[^?#]*?)(?:\?(?<query>[^#]*))?$/;

type Setting = (value: string, name: string) => Partial<MemcacheOptions>;

const settings: Readonly<Record<string, Setting>> = {
  replicas: (value, name) => ({ replicas: wholeNumber(value, name) }),
  'deadline-ms': (value, name) => ({ deadlineMs: wholeNumber(value, name) }),
  'connect-timeout-ms': (value, name) => ({ connectTimeoutMs: wholeNumber(value, name) }),
  'answer-timeout-ms': (value, name) => ({ answerTimeoutMs: wholeNumber(value, name) }),
  'connect-failures': (value, name) => ({ connectFailures: wholeNumber(value, name) }),
  'retry-ms': (value, name) => ({ retryMs: wholeNumber(value, name) }),
  'reads-from': (value, name) => {
    if (value !== 'primary' && value !== 'any') throw badOption(`${name} is 'primary' or 'any'`);
    return { readsFrom: value };
  },
};

/** Options by name. */
export const settingNames: readonly string[] = Object.keys(settings);

/**
 * `memcache://[user:password@]host[:port[:weight]][,…][?option=value&…]`, `memcache:///path/of/a/socket`; `memcaches:`
 * for TLS. Options may stand in the query or beside the URL.
 * @throws {CacheError} CACHE_BAD_OPTION; never with the password
 */
export function parseTarget({ url, options, log }: CacheTarget): MemcacheOptions {
  const parts = urlSyntax.exec(url)?.groups;
  if (parts === undefined)
    throw badOption('A memcache URL is memcache://host[:port[:weight]],… or memcache:///socket');
  const { scheme, username, password, query = '' } = parts;
  const servers = (parts['servers'] as string).replace(/(?<=.)\/$/, '');
  const given = [...new URLSearchParams(query), ...Object.entries(options)];
  const settled = given.map(([name, value]) => settingOf(name)(value, name));
  return {
    servers: servers.split(',').map(parseServer),
    ...(scheme === 'memcaches' ? { tls: {} } : {}),
    ...(username === undefined || password === undefined
      ? {}
      : { credentials: { username: decoded(username), password: decoded(password) } }),
    ...(log === undefined ? {} : { log }),
    ...settled.reduce((all, each) => ({ ...all, ...each }), {}),
  };
}

function settingOf(name: string): Setting {
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (setting === undefined)
    throw badOption(`'${name}' is no option of memcache; there are ${settingNames.join(', ')}`);
  return setting;
}

function wholeNumber(value: string, name: string): number {
  if (!/^\d{1,9}$/.test(value)) throw badOption(`${name} is a whole number`);
  return Number(value);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badOption('A % in the user name or password of a memcache URL is written %25');
  }
}

function badOption(message: string): CacheError {
  return new CacheError('CACHE_BAD_OPTION', { message });
}
