import { hasWildcard, matchGlob } from './glob.ts';

/** A server with the addresses it is reached at. */
export interface BoundServer<S> {
  readonly server: S;
  /** Numeric addresses; `0.0.0.0` and `::` stand for all. */
  readonly addresses: readonly string[];
  /** 0: takes no connections. */
  readonly port: number;
  /** Names it answers to, in lower case; may hold wildcards. */
  readonly hostNames: readonly string[];
  /** DefaultServer: takes connections that belong to no server. */
  readonly isDefault: boolean;
}

/**
 * The server for a new connection: of those at the port that the client reached the first one bound to the address, else
 * the first bound to all addresses, else the one with DefaultServer, else the first; if none has the port, the one with
 * DefaultServer.
 * @param address - The local address of the connection; IPv4-mapped forms are the IPv4 address.
 * @returns undefined if the connection belongs to none.
 * @see ProFTPD howto/Vhost (that the port alone decides where the address is nobody's is how 1.3.8 behaves)
 */
export function selectServer<S>(
  servers: readonly BoundServer<S>[],
  address: string,
  port: number,
): S | undefined {
  const wanted = canonicalAddress(address);
  const active = servers.filter((candidate) => candidate.port !== 0);
  const atPort = active.filter((candidate) => candidate.port === port);
  const found =
    atPort.find(({ addresses }) => addresses.some((text) => canonicalAddress(text) === wanted)) ??
    atPort.find(({ addresses }) => addresses.some(isWildcard)) ??
    atPort.find(({ isDefault }) => isDefault) ??
    atPort[0] ??
    active.find(({ isDefault }) => isDefault);
  return found?.server;
}

/**
 * The server that a client asks for by name (HOST, SNI) among those at the address and port of its connection.
 * @param hostName - As sent; case and a dot at the end do not count. Names of servers may be patterns (`*.example.org`).
 * @returns undefined if no server there has the name.
 * @see RFC 7151 §3; ProFTPD ServerAlias
 */
export function selectServerByName<S>(
  servers: readonly BoundServer<S>[],
  address: string,
  port: number,
  hostName: string,
): S | undefined {
  const wanted = canonicalAddress(address);
  const name = hostName.toLowerCase().replace(/\.$/u, '');
  const here = servers.filter(
    (candidate) =>
      candidate.port !== 0 &&
      candidate.port === port &&
      candidate.addresses.some((text) => isWildcard(text) || canonicalAddress(text) === wanted),
  );
  const found =
    here.find(({ hostNames }) => hostNames.includes(name)) ??
    here.find(({ hostNames }) =>
      hostNames.some((pattern) => hasWildcard(pattern) && matchGlob(pattern, name)),
    );
  return found?.server;
}

/**
 * Servers that no connection reaches, because an earlier one is bound to the same address and port and they have no
 * name to be asked for.
 */
export function hiddenServers<S>(
  servers: readonly BoundServer<S>[],
): { readonly hidden: S; readonly by: S; readonly address: string; readonly port: number }[] {
  const taken = new Map<string, S>();
  return servers.flatMap(({ server, addresses, port, hostNames }) => {
    if (port === 0) return [];
    return addresses.flatMap((address) => {
      const key = `${canonicalAddress(address)} ${port}`;
      const by = taken.get(key);
      if (by === undefined) taken.set(key, server);
      return by === undefined || hostNames.length > 0 ? [] : [{ hidden: server, by, address, port }];
    });
  });
}

function isWildcard(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical === '0.0.0.0' || canonical === ANY_V6;
}

const ANY_V6 = '0:0:0:0:0:0:0:0';

/**
 * One spelling for each address: IPv4 as it is (also if it came as `::ffff:1.2.3.4`), IPv6 as eight groups without
 * leading zeros and without a zone. Text that is no address comes back in lower case.
 */
export function canonicalAddress(address: string): string {
  const bare = address.toLowerCase().replace(/^\[|\]$|%.*$/gu, '');
  const mapped = /^(?:0{0,4}:){2,5}(?:ffff:)(\d+\.\d+\.\d+\.\d+)$/u.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!bare.includes(':')) return bare;
  const [head = '', tail] = bare.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/u, ''),
  );
  if (groups.length === 8 && groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') {
    const [high, low] = [Number.parseInt(groups[6] ?? '', 16), Number.parseInt(groups[7] ?? '', 16)];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return groups.join(':');
}
