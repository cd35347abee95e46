import { PoolSecret, type Cache } from '@ftpd/cache';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createRedisCache } from '@ftpd/cache-redis';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { createTlsEndpoint, shareSessions, upgradeToTls, type TlsSessionsOptions } from '../src/index.ts';
import { openSessions } from '../src/create-tls-sessions.ts';

/** How a process of a pool is told what it is. */
export interface NodeSetup {
  readonly store: 'memcache' | 'redis';
  readonly storePort: number;
  readonly secret: string;
  readonly key: string;
  readonly cert: string;
  /**
   * `shared`: a `tls.Server`; `upgraded`: connections that become TLS ones; `routed`: these, as if Node.js could not ask for
   * ticket keys.
   */
  readonly serving: 'shared' | 'upgraded' | 'routed';
  readonly deadlineMs: number;
  readonly maxNearSessions: number;
}

/** What it does when it is told. */
export type NodeOrder =
  /** Lets time pass, and looks at the pool's keys, or does not. */
  { readonly passMs: number; readonly isLooking: boolean } | { readonly removeId: string };

/** What it says: once when it listens, and after each order. */
export interface NodeReport {
  readonly port: number;
  readonly keyNames: readonly string[];
  readonly areRenewed: boolean;
  readonly events: Readonly<Record<string, number>>;
}

const setup = JSON.parse(process.argv[2] ?? '') as NodeSetup;
const { store, storePort, deadlineMs, maxNearSessions, serving } = setup;
const [key, cert] = [readFileSync(setup.key), readFileSync(setup.cert)];
let passedMs = 0;
const events: Record<string, number> = {};

const cache: Cache =
  store === 'memcache'
    ? createMemcacheCache({ servers: [{ host: '127.0.0.1', port: storePort }], deadlineMs })
    : createRedisCache({ server: { host: '127.0.0.1', port: storePort }, deadlineMs });
const options: TlsSessionsOptions = {
  cache,
  secret: PoolSecret.parse(setup.secret),
  deadlineMs,
  maxNearSessions,
  pollMs: 60_000,
  now: () => Date.now() + passedMs,
  onEvent: ({ type }) => {
    events[type] = (events[type] ?? 0) + 1;
  },
};

function answer(socket: TLSSocket): void {
  socket.on('error', () => {});
  socket.end(JSON.stringify({ isResumed: socket.isSessionReused(), isAuthorized: false }));
}

const [server, sessions] = serve();
function serve(): [Server, ReturnType<typeof openSessions>] {
  if (serving === 'shared') {
    const tlsServer = tls.createServer({ key, cert }, answer).on('tlsClientError', () => {});
    return [tlsServer, shareSessions(tlsServer, options).sessions];
  }
  const own = openSessions(options, serving === 'upgraded');
  const endpoint = createTlsEndpoint({ context: { key, cert }, sessions: own });
  const plain = createServer((socket) => {
    socket.on('error', () => {});
    socket.pause();
    upgradeToTls(socket, { choose: () => endpoint }).then(
      (upgraded) => {
        answer(upgraded.socket);
      },
      () => {},
    );
  });
  return [plain, own];
}

function report(): void {
  const { names, areRenewed } = sessions.ticketKeyInfo();
  const said: NodeReport = {
    port: (server.address() as AddressInfo).port,
    keyNames: names.map((name) => Buffer.from(name).toString('hex')),
    areRenewed,
    events,
  };
  process.send?.(said);
}

async function obey(order: NodeOrder): Promise<void> {
  if ('removeId' in order) {
    await sessions.remove(Buffer.from(order.removeId, 'hex'));
  } else {
    passedMs += order.passMs;
    if (order.isLooking) await sessions.refreshTicketKeys();
  }
  report();
}

process.on('message', (order) => void obey(order as NodeOrder));
await sessions.ready();
server.listen(0, '127.0.0.1', report);
