/** A TLS server that shares its sessions, in a process of its own: `memory`, or the port of a memcached. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { PoolSecret } from '@ftpd/cache';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { shareSessions } from '@ftpd/tls-session';

const [where = 'memory', certFile = '', keyFile = ''] = process.argv.slice(2);
// The same in all: nobody else has what it seals.
const secret = PoolSecret.parse(`bench ${Buffer.alloc(32, 7).toString('base64')}`);
const cache =
  where === 'memory'
    ? undefined
    : createMemcacheCache({ servers: [{ host: '127.0.0.1', port: Number(where) }] });

const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (socket) => {
  socket.on('error', () => undefined);
  // Whoever has read it has ended the handshake.
  socket.end('.');
});
const shared = shareSessions(server, { secret, ...(cache === undefined ? {} : { cache }) });
await shared.ready();
server.listen({ port: 0, host: '127.0.0.1', backlog: 511 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
