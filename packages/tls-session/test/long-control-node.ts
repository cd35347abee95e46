import { createMemoryCache, newPoolSecret, PoolSecret } from '@ftpd/cache';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { openSessions } from '../src/create-tls-sessions.ts';
import { createTlsEndpoint, upgradeToTls, type TlsEndpoint, type UpgradedConnection } from '../src/index.ts';

/** How the program is told what to try. */
export interface LongControlSetup {
  readonly key: string;
  readonly cert: string;
  /** Whether contexts ask for ticket keys, or are chosen by them. */
  readonly canAsk: boolean;
  /** Whether the client is one that gets no new tickets on data connections. */
  readonly keepsTickets: boolean;
  /** Whether the control connection resumes one of another node. */
  readonly isResumed: boolean;
  readonly rotations: number;
}

/** What came of it. */
export interface LongControlReport {
  readonly isResumed: boolean;
  /** For each rotation, whether a data connection with the first ticket was taken. */
  readonly own: readonly boolean[];
  /** Whether one with another control connection's ticket was. */
  readonly isStrangerTaken: boolean;
  /** Whether a new control connection is resumed by it. */
  readonly isBegunWith: boolean;
  /** Keys that are held while the control connection lives, and when it is gone. */
  readonly held: readonly [number, number];
}

const hour = 3_600_000;
const setup = JSON.parse(process.argv[2] ?? '') as LongControlSetup;
const context = { key: readFileSync(setup.key), cert: readFileSync(setup.cert) };
const cache = createMemoryCache();
const secret = PoolSecret.parse(newPoolSecret());
let passedMs = 0;
let held = 0;

const counted = (release: () => void): (() => void) => {
  let isHeld = true;
  held += 1;
  return () => {
    held -= Number(isHeld);
    isHeld = false;
    release();
  };
};

async function startNode() {
  const sessions = openSessions(
    { cache, secret, pollMs: 60_000, now: () => Date.now() + passedMs },
    setup.canAsk,
  );
  await sessions.ready();
  const own = createTlsEndpoint({ context, sessions });
  const endpoint: TlsEndpoint = {
    ...own,
    // GnuTLS tells that it has record_size_limit.
    dataContextFor: (hello) =>
      own.dataContextFor(setup.keepsTickets ? { ...hello, extensions: [...hello.extensions, 28] } : hello),
    holdSealed: (hello, of) => counted(own.holdSealed(hello, of)),
  };
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accept = async (): Promise<Socket> => {
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => {});
    return socket;
  };
  const join = (session: Buffer | undefined): TLSSocket =>
    connectTls({
      socket: connect(port, '127.0.0.1'),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ...(session ? { session } : {}),
    })
      .on('error', () => {})
      .resume();
  return {
    sessions,
    close: async () => {
      server.close();
      await sessions.close();
    },
    async control(session?: Buffer) {
      const upgrading = accept().then((socket) => upgradeToTls(socket, { choose: () => endpoint }));
      const client = join(session);
      const ticket = once(client, 'session') as Promise<[Buffer]>;
      const upgraded = await upgrading;
      upgraded.socket.resume();
      // Who resumes gets no new one where contexts are chosen by keys.
      return { upgraded, client, ticket: session && upgraded.isResumed ? session : (await ticket)[0] };
    },
    async isTaken({ upgradeData }: UpgradedConnection, session: Buffer) {
      const upgrading = accept().then((socket) => upgradeData(socket));
      const client = join(session);
      const isTaken = await upgrading.then(
        (socket) => {
          socket.on('error', () => {});
          socket.destroy();
          return true;
        },
        () => false,
      );
      client.destroy();
      return isTaken;
    },
  };
}

const [there, here] = [await startNode(), await startNode()];
const first = setup.isResumed ? await there.control() : undefined;
const before = first?.ticket;
const { upgraded, client, ticket } = await here.control(before);
const stranger = await here.control();
// A client that resumes may go on with what it came with.
const kept = before ?? ticket;
const own: boolean[] = [];
for (let rotation = 0; rotation < setup.rotations; rotation++) {
  own.push(await here.isTaken(upgraded, kept));
  passedMs += hour;
  for (const node of [there, here]) await node.sessions.refreshTicketKeys();
}
own.push(await here.isTaken(upgraded, kept));
const isStrangerTaken = await here.isTaken(upgraded, stranger.ticket);
const last = await here.control(kept);
const heldBefore = held;
for (const each of [stranger, last, { upgraded, client }, ...(first ? [first] : [])]) {
  const closed = once(each.upgraded.socket, 'close');
  each.client.destroy();
  await closed;
}
const report: LongControlReport = {
  isResumed: upgraded.isResumed,
  own,
  isStrangerTaken,
  isBegunWith: last.upgraded.isResumed,
  held: [heldBefore, held],
};
process.stdout.write(JSON.stringify(report));
await Promise.all([there.close(), here.close()]);
await cache.close();
process.exit();
