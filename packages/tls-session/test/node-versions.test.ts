import { newPoolSecret } from '@ftpd/cache';
import { nodeProgram, startMemcached, type TestMemcached } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byId, byTicket13, certificates, visit } from './pool.ts';
import type { NodeSetup } from './pool-node.ts';
import { startPoolNode, type PoolNode } from './start-pool-node.ts';

const keys = certificates();
const hour = 3_600_000;
let memcached: TestMemcached;
beforeAll(async () => {
  memcached = await startMemcached();
});
afterAll(() => memcached.stop('SIGKILL'));

const versions = [nodeProgram(22), process.execPath, nodeProgram(26)];

/** A pool with a ring of its own: another secret can't read the old one, and puts its own there. */
const startPool = async (serving: NodeSetup['serving'], programs: readonly string[]): Promise<PoolNode[]> => {
  const setup: NodeSetup = {
    store: 'memcache',
    storePort: memcached.port,
    secret: newPoolSecret(),
    key: keys.paths.serverKey,
    cert: keys.paths.serverCert,
    serving,
    deadlineMs: 10_000,
    maxNearSessions: 0,
  };
  const nodes = await Promise.all(programs.map((program) => startPoolNode(setup, program)));
  // Those that did not write the ring may have begun with what it was before.
  for (const node of nodes) await node.tell({ passMs: 0, isLooking: true });
  return nodes;
};

describe('a pool of nodes with Node.js 22, 24 and 26', () => {
  it.each(['shared', 'upgraded'] as const)(
    'resumes TLS 1.3 through rotations, with fresh tickets (%s)',
    async (serving) => {
      const nodes = await startPool(serving, versions);
      let { session } = await visit(nodes[0]!.port, byTicket13);
      const seals = new Set<string>();
      for (let third = 0; third < 12; third++) {
        const next = await visit(nodes[(third + 1) % 3]!.port, { ...byTicket13, session });
        expect(next).toMatchObject({ isResumed: true, answer: { isResumed: true }, sessions: 1 });
        session = next.session;
        // Only one of them looks: the others know the next key all the same.
        for (const [index, node] of nodes.entries()) {
          const report = await node.tell({ passMs: hour / 3, isLooking: third % 3 === index });
          expect(report.areRenewed).toBe(true);
          seals.add(report.keyNames[0]!);
        }
      }
      expect(seals.size).toBeGreaterThanOrEqual(4);
    },
  );

  it('resumes TLS 1.2 by session ids', async () => {
    const nodes = await startPool('upgraded', versions);
    const { session } = await visit(nodes[0]!.port, byId);
    for (const node of nodes) {
      expect(await visit(node.port, { ...byId, session })).toMatchObject({ isResumed: true });
      expect((await node.look()).events).toMatchObject({ hit: 1 });
    }
  });
});

describe('nodes whose Node.js can not ask for ticket keys', () => {
  it('resume through rotations by the name of the key, without fresh tickets', async () => {
    const nodes = await startPool('routed', [process.execPath, process.execPath]);
    let first = await visit(nodes[0]!.port, byTicket13);
    for (let third = 0; third < 12; third++) {
      const node = nodes[third % 2]!;
      const next = await visit(node.port, { ...byTicket13, session: first.session });
      expect(next).toMatchObject({ isResumed: true, sessions: 0 });
      for (const each of nodes)
        expect((await each.tell({ passMs: hour / 3, isLooking: true })).areRenewed).toBe(false);
      // A ticket is good for three generations; then there has to be a new one.
      if (third % 5 === 4) first = await visit(node.port, byTicket13);
    }
  });
});
