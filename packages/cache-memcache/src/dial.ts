import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { DEFAULT_PORT, isUnixSocket, type MemcacheServer } from './server-name.ts';

/** So that a peer that vanished is noticed on an idle connection too. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Begins to connect; nothing is waited for.
 * @param onReady - Called when requests may be sent: connected, and with TLS when the server has proved who it is.
 */
export function dial(server: MemcacheServer, tls: TlsOptions | undefined, onReady: () => void): Socket {
  const { host, port = DEFAULT_PORT } = server;
  if (isUnixSocket(server)) return connectTcp({ path: host }, onReady);
  const target = { host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (tls === undefined) return connectTcp(target, onReady);
  return connectTls({ ...target, servername: serverName(host), ...tls }, onReady);
}

/** SNI knows names only. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
