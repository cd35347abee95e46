import { nodeProgram, runProgram } from '@ftpd/test-services';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createTlsSessions } from '../src/index.ts';
import type { LongControlReport, LongControlSetup } from './long-control-node.ts';
import { certificates } from './pool.ts';
import { connectClient, endAll, startUpgrading } from './upgrading.ts';

const keys = certificates();
afterEach(endAll);
const program = new URL('long-control-node.ts', import.meta.url).pathname;
const versions = { 22: nodeProgram(22), 24: process.execPath, 26: nodeProgram(26) } as const;

/** More than the three that the ring opens tickets for. */
const rotations = 6;

async function run(
  node: keyof typeof versions,
  setup: Pick<LongControlSetup, 'canAsk' | 'keepsTickets' | 'isResumed'>,
): Promise<LongControlReport> {
  const { serverKey: key, serverCert: cert } = keys.paths;
  const whole: LongControlSetup = { ...setup, key, cert, rotations };
  const { output } = await runProgram(
    versions[node],
    ['--conditions=@ftpd/source', '--disable-warning=ExperimentalWarning', program, JSON.stringify(whole)],
    { deadlineMs: 30_000 },
  );
  return JSON.parse(output) as LongControlReport;
}

describe.each([22, 24, 26] as const)('data connections of a long control connection, Node.js %i', (node) => {
  it.each([
    ['gets new tickets', { canAsk: true, keepsTickets: false }],
    ['gets none on data connections', { canAsk: true, keepsTickets: true }],
    ['is served by the name of the key', { canAsk: false, keepsTickets: false }],
  ])('are taken with one ticket, whatever became of its key: the client %s', async (_name, setup) => {
    for (const isResumed of [false, true]) {
      const report = await run(node, { ...setup, isResumed });
      expect(report).toEqual({
        isResumed,
        own: Array.from({ length: rotations + 1 }, () => true),
        isStrangerTaken: false,
        isBegunWith: false,
        held: [expect.any(Number), 0],
      });
      expect(report.held[0]).toBeGreaterThan(0);
    }
  });
});

describe('a ticket that is older than a session may be', () => {
  it('is good for data connections, and begins nothing new', async () => {
    const sessions = createTlsSessions({ sessionTtlMs: 1000 });
    const { port, next, nextData } = await startUpgrading({
      context: { cert: keys.cert, key: keys.key },
      versions: ['TLSv1.3'],
      sessions,
    });
    const begin = async (session?: Buffer) => {
      const [control, client] = await Promise.all([next(), connectClient(port, session ? { session } : {})]);
      if ('error' in control) throw control.error;
      return { control, ticket: await client.session() };
    };
    const { control, ticket } = await begin();
    expect((await begin(ticket)).control.isResumed).toBe(true);
    // OpenSSL has no clock but the system's, in seconds.
    await delay(2100);
    expect((await begin(ticket)).control.isResumed).toBe(false);
    const [data] = await Promise.all([nextData(control), connectClient(port, { session: ticket })]);
    expect(data).not.toHaveProperty('error');
  });
});

describe('a client that uses one ticket for hundreds of data connections', () => {
  it('is taken each time, though it gets as many new ones', async () => {
    const { port, next, nextData } = await startUpgrading({ context: { cert: keys.cert, key: keys.key } });
    const [control, client] = await Promise.all([next(), connectClient(port)]);
    if ('error' in control) throw control.error;
    const session = await client.session();
    const errors: unknown[] = [];
    for (let count = 0; count < 270; count++) {
      const [data, other] = await Promise.all([nextData(control), connectClient(port, { session })]);
      if ('error' in data) errors.push(data.error);
      else data.destroy();
      other.socket.destroy();
    }
    expect(errors).toEqual([]);
  }, 60_000);
});
