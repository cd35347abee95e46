import { badValue, type DirectiveSite } from '@ftpd/config';

/** A server as MemcacheServers spells it. */
export interface NamedServer {
  /** As written: the ring is made of it. Or the path of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

const defaultPort = 11_211;
const maxWeight = 1000;

/** `host[:port[:weight]]`, IPv6 addresses in brackets, or the path of a Unix socket. */
export function serverOf(word: string, site: DirectiveSite): NamedServer {
  if (word.startsWith('/')) return { host: word, port: 0, weight: 1 };
  const [, v6, name, port, weight] = /^(?:\[([^\]]+)\]|([^:]+))(?::([^:]*)(?::([^:]*))?)?$/u.exec(word) ?? [];
  const host = v6 ?? name;
  if (host === undefined || /[\s\0]/u.test(host))
    throw badValue(
      `'${word}' names no server`,
      undefined,
      "write 'host', 'host:port' or '/path/of/a/socket'",
    );
  return { host, port: portOf(port, site), weight: weightOf(weight, site) };
}

/** Where ProFTPD takes junk for a port, it uses the default one; a warning tells what it does not. */
function portOf(text: string | undefined, site: DirectiveSite): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  site.warn(`'${text}' is no port: ${defaultPort} is used`);
  return defaultPort;
}

function weightOf(text: string | undefined, site: DirectiveSite): number {
  if (text === undefined) return 1;
  const weight = /^\d{1,4}$/u.test(text) ? Number(text) : 0;
  if (weight >= 1 && weight <= maxWeight) return weight;
  site.warn(`'${text}' is no weight from 1 to ${maxWeight}: 1 is used`);
  return 1;
}
