import { newPoolSecret } from '@ftpd/cache';
import { startMemcached, startRedis } from '@ftpd/test-services';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { afterwards, byId, byTicket12, byTicket13, certificates, visit } from './pool.ts';
import { startPoolNode, type PoolNode } from './start-pool-node.ts';
import type { NodeSetup } from './pool-node.ts';

const keys = certificates();
const patience = { timeout: 15_000 };

interface TestStore {
  readonly port: number;
  flush(): Promise<unknown>;
  kill(): Promise<unknown>;
}

const stores: Readonly<Record<NodeSetup['store'], () => Promise<TestStore>>> = {
  memcache: async () => {
    const server = await startMemcached();
    afterwards(() => server.stop('SIGKILL'));
    return {
      port: server.port,
      async flush() {
        const socket = createConnection(server.port, '127.0.0.1');
        socket.write('flush_all\r\n');
        await once(socket, 'data');
        socket.destroy();
      },
      kill: () => server.stop('SIGKILL'),
    };
  },
  redis: async () => {
    const server = await startRedis();
    afterwards(() => server.stop());
    return {
      port: server.port,
      flush: () => server.cli('flushall'),
      kill: () => server.process().stop('SIGKILL'),
    };
  },
};

describe.each(['memcache', 'redis'] as const)(
  'two processes over a real %s',
  { timeout: 60_000 },
  (store) => {
    const start = async (
      maxNearSessions = 0,
    ): Promise<{ nodes: [PoolNode, PoolNode]; server: TestStore }> => {
      const server = await stores[store]();
      const setup: NodeSetup = {
        store,
        storePort: server.port,
        secret: newPoolSecret(),
        key: keys.paths.serverKey,
        cert: keys.paths.serverCert,
        serving: 'shared',
        deadlineMs: 2000,
        maxNearSessions,
      };
      const nodes = await Promise.all([startPoolNode(setup), startPoolNode(setup)]);
      return { nodes, server };
    };

    it('resume the sessions of each other, and those that one removed no more', async () => {
      const { nodes } = await start();
      const [one, other] = nodes;
      for (const version of [byId, byTicket12, byTicket13])
        for (const [from, to] of [
          [one, other],
          [other, one],
        ] as const) {
          const { session } = await visit(from.port, version);
          expect(await visit(to.port, { ...version, session })).toMatchObject({ isResumed: true });
        }
      const { session } = await visit(one.port, byId);
      // A client's session has more in it than a server's: it is found by the head of its id.
      const idAt = session!.indexOf(Buffer.of(0x04, 32)) + 2;
      await one.tell({ removeId: session!.toString('hex', idAt, idAt + 32) });
      expect(await visit(other.port, { ...byId, session })).toMatchObject({ isResumed: false });
    });

    it('serve on when the store is flushed, and when it dies', async () => {
      const { nodes, server } = await start();
      const [one, other] = nodes;
      const tickets = await visit(one.port, byTicket13);
      const ids = await visit(one.port, byId);
      await server.flush();
      expect(await visit(other.port, { ...byTicket13, session: tickets.session })).toMatchObject({
        isResumed: true,
      });
      expect(await visit(other.port, { ...byId, session: ids.session })).toMatchObject({ isResumed: false });
      // Both have the keys still, and one of them puts them back for those that start now.
      await one.tell({ passMs: 0, isLooking: true });
      const again = await visit(one.port, byId);
      expect(await visit(other.port, { ...byId, session: again.session })).toMatchObject({ isResumed: true });

      await server.kill();
      for (const version of [byId, byTicket12, byTicket13])
        for (const node of nodes) {
          const { answer, error } = await visit(node.port, version);
          expect({ answer, error }).toEqual({ answer: { isResumed: false, isAuthorized: false } });
        }
      const fresh = await visit(one.port, byTicket13);
      expect(await visit(other.port, { ...byTicket13, session: fresh.session })).toMatchObject({
        isResumed: true,
      });
      await expect.poll(async () => (await one.look()).events, patience).toMatchObject({ outage: 1 });
    });

    it('lose no resumption through rotations under load', async () => {
      const { nodes } = await start();
      let isOver = false;
      const failures: unknown[] = [];
      const visits = Array.from({ length: 6 }, () => 0);
      const clients = visits.map(async (_none, client) => {
        let { session } = await visit(nodes[client % 2]!.port, byTicket13);
        while (!isOver) {
          const next = await visit(nodes[(client + visits[client]!) % 2]!.port, { ...byTicket13, session });
          if (next.isResumed !== true || next.session === undefined) failures.push(next);
          session = next.session;
          visits[client]!++;
        }
      });
      const names = new Set<string>();
      for (let quarter = 0; quarter < 20; quarter++) {
        const before = [...visits];
        // A ticket is good for three hours: each client comes back within one.
        await expect
          .poll(() => visits.every((count, client) => count > before[client]!), patience)
          .toBe(true);
        const reports = await Promise.all(
          nodes.map((node, index) => node.tell({ passMs: 900_000, isLooking: quarter % 2 === index })),
        );
        for (const { keyNames } of reports) names.add(keyNames[0]!);
      }
      isOver = true;
      await Promise.all(clients);
      expect(failures).toEqual([]);
      expect(names.size).toBeGreaterThanOrEqual(5);
    });

    it('find what they made themselves without asking', async () => {
      const { nodes, server } = await start(100);
      const { session } = await visit(nodes[0].port, byId);
      await server.kill();
      expect(await visit(nodes[0].port, { ...byId, session })).toMatchObject({ isResumed: true });
    });
  },
);
