import { constants } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { startMemcached, startProcess, until, type TestProcess } from '@ftpd/test-services';
import { cpuSecondsOf } from './process-tree.ts';
import type { TlsComparison } from './tls-report.ts';

export interface ResumptionSetup {
  readonly cert: string;
  readonly key: string;
  readonly rounds: number;
  /** Sessions in each round, each resumed once. */
  readonly sessions: number;
}

interface SessionServer {
  readonly port: number;
  readonly process: TestProcess;
}

const program = fileURLToPath(new URL('tls-session-server.ts', import.meta.url));
const startMs = 15_000;
const concurrency = 20;

/** Found by its id on the server's side; a ticket would be opened without asking anybody. */
const context = createSecureContext({
  maxVersion: 'TLSv1.2',
  ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384',
  ecdhCurve: 'X25519:P-256',
  secureOptions: constants.SSL_OP_NO_TICKET,
});

async function startSessionServer(where: string, { cert, key }: ResumptionSetup): Promise<SessionServer> {
  const args = ['--conditions=@ftpd/source', program, where, cert, key];
  const server = await startProcess(process.execPath, args, { name: `TLS server (${where})` });
  const port = await until(
    () => {
      server.assertRunning();
      return Number(/^(\d+)\n/.exec(server.output())?.[1] ?? 0) || undefined;
    },
    startMs,
    'a TLS server',
  );
  return { port, process: server };
}

function visit(port: number, session?: Buffer): Promise<{ isReused: boolean; session: Buffer }> {
  return new Promise((resolve, reject) => {
    const raw = connectTcp({ port, host: '127.0.0.1', noDelay: true });
    const socket = connectTls({
      socket: raw,
      secureContext: context,
      rejectUnauthorized: false,
      ...(session === undefined ? {} : { session }),
    });
    socket.once('data', () => {
      const newest = socket.getSession();
      socket.end();
      if (newest === undefined) reject(new Error('a connection without a session'));
      else resolve({ isReused: socket.isSessionReused(), session: newest });
    });
    socket.once('error', reject);
    raw.once('error', reject);
  });
}

async function inLanes<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await act(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

/** Sessions made at one server and resumed, each once, at another one or the same. @returns its CPU each, in µs. */
async function resumeAll(maker: SessionServer, resumer: SessionServer, count: number): Promise<number> {
  const sessions: Buffer[] = [];
  await inLanes(Array.from({ length: count }), async () => {
    sessions.push((await visit(maker.port)).session);
  });
  const before = cpuSecondsOf(resumer.process.pid);
  await inLanes(sessions, async (session) => {
    const { isReused } = await visit(resumer.port, session);
    if (!isReused) throw new Error('a session was not resumed');
  });
  return ((cpuSecondsOf(resumer.process.pid) - before) * 1e6) / count;
}

/** What a resumption costs a server whose sessions are in its memory, and one that gets each from memcached. */
export async function compareResumption(setup: ResumptionSetup): Promise<TlsComparison> {
  const { rounds, sessions } = setup;
  const memcached = await startMemcached({ args: ['-m', '256'] });
  const servers: SessionServer[] = [];
  try {
    for (const where of ['memory', String(memcached.port), String(memcached.port)])
      servers.push(await startSessionServer(where, setup));
    const [near, maker, resumer] = servers as [SessionServer, SessionServer, SessionServer];
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const inMemory = await resumeAll(near, near, sessions);
      const fromCache = await resumeAll(maker, resumer, sessions);
      // The first compiles.
      if (round === 0) continue;
      theirs.push(inMemory);
      ours.push(fromCache);
    }
    return {
      name: 'TLS 1.2 by id, each session from memcached',
      unit: 'µs CPU',
      other: 'from memory',
      ours,
      theirs,
      goal: { atMost: 1.3 },
    };
  } finally {
    await Promise.all([...servers.map(({ process }) => process.stop()), memcached.stop('SIGKILL')]);
  }
}
