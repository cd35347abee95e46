import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { BoundServer, Configuration, ServerSection } from '@ftpd/config';
import { normaliseAddress } from '@ftpd/protocol';

/** Numeric addresses of a text that is an address, an interface or a host name. Empty: there are none. */
export async function addressesOf(text: string): Promise<readonly string[]> {
  const address = normaliseAddress(text);
  if (address !== undefined) return [address];
  const device = networkInterfaces()[text];
  if (device !== undefined) return device.map((entry) => entry.address);
  try {
    const found = await lookup(text, { all: true });
    return [...new Set(found.map((entry) => normaliseAddress(entry.address) ?? entry.address))];
  } catch {
    return [];
  }
}

/** A problem with an address of the configuration. */
export interface AddressProblem {
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

export interface BoundServers {
  readonly servers: readonly BoundServer<ServerSection>[];
  readonly problems: readonly AddressProblem[];
}

const everywhere = ['0.0.0.0', '::'];

/**
 * The servers with numeric addresses. A main server without DefaultAddress takes what no other server names, and a
 * virtual one whose name has no address takes nothing.
 * @param mainAddress - In place of DefaultAddress (`-S`).
 */
export async function bindServers({ servers }: Configuration, mainAddress?: string): Promise<BoundServers> {
  const problems: AddressProblem[] = [];
  const bound = await Promise.all(
    servers.map(async (server): Promise<BoundServer<ServerSection>> => {
      const written = server.isMain && mainAddress !== undefined ? [mainAddress] : server.addresses;
      const addresses: string[] = [];
      for (const text of written) {
        const found = await addressesOf(text);
        if (found.length === 0) problems.push(unresolved(server, text));
        addresses.push(...found);
      }
      return {
        server,
        addresses: server.isMain && written.length === 0 ? everywhere : addresses,
        port: server.port ?? 21,
        hostNames: server.hostNames,
        isDefault: server.isDefault,
      };
    }),
  );
  return { servers: bound, problems };
}

function unresolved({ isMain }: ServerSection, text: string): AddressProblem {
  return isMain
    ? { severity: 'error', text: `fatal: DefaultAddress: unable to resolve '${text}'` }
    : {
        severity: 'warning',
        text: `unable to determine IP address of '${text}'; <VirtualHost ${text}> is not reached by it`,
      };
}

/** Where to listen. `host` absent: on all addresses. */
export interface ListenPoint {
  readonly port: number;
  readonly host?: string;
}

/**
 * The points to listen on, each once.
 * @param isTight - SocketBindTight: each address by itself; else every port on all addresses.
 * @param family - `ipv4`: no IPv6 at all.
 */
export function listenPoints(
  servers: readonly BoundServer<unknown>[],
  { isTight, family }: { readonly isTight: boolean; readonly family: 'any' | 'ipv4' },
): readonly ListenPoint[] {
  const points = new Map<string, ListenPoint>();
  for (const { addresses, port } of servers) {
    if (port === 0) continue;
    const hosts =
      isTight && !addresses.includes('0.0.0.0') ? addresses : [family === 'ipv4' ? '0.0.0.0' : undefined];
    for (const host of hosts) {
      if (family === 'ipv4' && host?.includes(':') === true) continue;
      points.set(`${host ?? '*'} ${port}`, { port, ...(host === undefined ? {} : { host }) });
    }
  }
  return [...points.values()];
}
