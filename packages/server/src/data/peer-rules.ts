import { addressScope, normaliseAddress, parseAddress, type Endpoint } from '@ftpd/protocol';
import type { SessionView } from '../session-view.ts';

function scopeOf(address: string): ReturnType<typeof addressScope> {
  const parsed = parseAddress(address);
  return parsed ? addressScope(parsed) : 'unspecified';
}

/** Networks that a client from elsewhere must never make this server talk to (RFC 2577 §3, server-side request forgery). */
const ownScopes: ReadonlySet<string> = new Set(['loopback', 'link-local', 'multicast', 'unspecified']);

/** Whether data may be exchanged with this address: the client's own, or one that AllowForeignAddress names. */
export function isPeerAllowed(session: SessionView, address: string): boolean {
  const peer = normaliseAddress(address);
  if (peer === undefined) return false;
  if (peer === session.remoteAddress) return true;
  if (!session.settings.allowsForeignAddress(peer)) return false;
  const scope = scopeOf(peer);
  return !ownScopes.has(scope) || scope === scopeOf(session.remoteAddress);
}

/**
 * Where an active data connection goes.
 * A client behind NAT names its private address, which leads nowhere from here: its public one is meant, as in ProFTPD.
 * @returns undefined when it must not be connected to.
 */
export function activeTarget(
  session: SessionView,
  { address, port }: Endpoint,
): { readonly address: string; readonly port: number } | undefined {
  if (port < 1024) return undefined;
  if (isPeerAllowed(session, address)) return { address, port };
  const isBehindNat = scopeOf(address) === 'private' && scopeOf(session.remoteAddress) !== 'private';
  return isBehindNat ? { address: session.remoteAddress, port } : undefined;
}
