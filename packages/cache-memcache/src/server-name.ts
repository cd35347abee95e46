import { CacheError } from '@ftpd/cache';

export const DEFAULT_PORT = 11_211;

/** One memcached, as ProFTPD's MemcacheServers names it. Its spelling decides which keys it gets. */
export interface MemcacheServer {
  /** Name or address, or the absolute path of a Unix socket (its port is 0 then). */
  readonly host: string;
  /** 1 to 65535. Default 11211; for a Unix socket 0. */
  readonly port?: number;
  /** Its share of the keys, 1 to 1000. Default 1; above 1 anywhere makes the ring a weighted one. */
  readonly weight?: number;
}

export function isUnixSocket({ host }: MemcacheServer): boolean {
  return host.startsWith('/');
}

/** For log lines and errors. */
export function describeServer({ host, port = DEFAULT_PORT }: MemcacheServer): string {
  return host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const MAX_WEIGHT = 1000;
const MAX_PORT = 65_535;

const serverSyntax =
  /^(?:\[(?<v6>[0-9a-fA-F:.%]+)\]|(?<host>[^:[\]\s]+))(?::(?<port>\d{1,5})(?::(?<weight>\d{1,4}))?)?$/;

/**
 * `host`, `host:port`, `host:port:weight`, with IPv6 addresses in brackets, or `/path/of/a/socket`.
 * @throws {CacheError} CACHE_BAD_OPTION
 * @see ProFTPD mod_memcache MemcacheServers
 */
export function parseServer(text: string): MemcacheServer {
  if (text.startsWith('/')) return { host: text, port: 0 };
  const parts = serverSyntax.exec(text)?.groups;
  if (parts === undefined) throw badServer(text);
  const { v6, host = v6, port, weight } = parts;
  return checkServer({
    host: host as string,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  });
}

/** @returns the same with its port. @throws {CacheError} CACHE_BAD_OPTION */
export function checkServer(server: MemcacheServer): MemcacheServer {
  const { host, weight = 1 } = server;
  const isSocket = isUnixSocket(server);
  const port = isSocket ? 0 : (server.port ?? DEFAULT_PORT);
  const isValid =
    host !== '' &&
    !/[\0\s]/.test(isSocket ? '' : host) &&
    (isSocket || (Number.isInteger(port) && port >= 1 && port <= MAX_PORT)) &&
    Number.isInteger(weight) &&
    weight >= 1 &&
    weight <= MAX_WEIGHT;
  if (!isValid) throw badServer(describeServer({ host, port }));
  return { host, port, weight };
}

function badServer(text: string): CacheError {
  return new CacheError('CACHE_BAD_OPTION', {
    message: `'${text}' names no memcached server: host[:port[:weight]] or the absolute path of a socket`,
  });
}
