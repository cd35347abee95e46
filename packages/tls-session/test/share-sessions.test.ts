import { newPoolSecret, PoolSecret } from '@ftpd/cache';
import { describe, expect, it } from 'vitest';
import { byId, byTicket12, byTicket13, certificates, memory, secret, startNode, visit } from './pool.ts';

const keys = certificates();

describe.each([
  ['TLS 1.2 by id', byId],
  ['TLS 1.2 by ticket', byTicket12],
  ['TLS 1.3', byTicket13],
] as const)('a session of %s', (_name, client) => {
  it('is resumed on the node that made it, and on another', async () => {
    const cache = memory();
    const one = await startNode(keys, { cache, secret });
    const other = await startNode(keys, { cache, secret });
    const first = await visit(one.port, client);
    expect(first.answer?.isResumed).toBe(false);
    expect(await visit(one.port, { ...client, session: first.session })).toMatchObject({ isResumed: true });
    expect(await visit(other.port, { ...client, session: first.session })).toMatchObject({
      isResumed: true,
      answer: { isResumed: true },
    });
  });

  it('is not resumed on a node with another secret', async () => {
    const cache = memory();
    const one = await startNode(keys, { cache, secret });
    const first = await visit(one.port, client);
    const other = await startNode(keys, { cache, secret: PoolSecret.parse(newPoolSecret()) });
    expect(await visit(other.port, { ...client, session: first.session })).toMatchObject({
      isResumed: false,
      answer: { isResumed: false },
    });
  });

  it('is resumed after the server got new certificates', async () => {
    const cache = memory();
    const node = await startNode(keys, { cache, secret });
    const first = await visit(node.port, client);
    node.server.setSecureContext({ key: keys.key, cert: keys.cert });
    const second = await visit(node.port, { ...client, session: first.session });
    expect(second).toMatchObject({ isResumed: true });
    const other = await startNode(keys, { cache, secret });
    const third = await visit(node.port, client);
    expect(await visit(other.port, { ...client, session: third.session })).toMatchObject({ isResumed: true });
  });
});

describe('a server', () => {
  it('gives no tickets when it is told so', async () => {
    const node = await startNode(keys, { cache: memory(), secret, ticketKeys: false });
    const first = await visit(node.port, byTicket12);
    expect(await visit(node.port, { ...byTicket12, session: first.session })).toMatchObject({
      isResumed: true,
    });
    expect(node.events).toContainEqual({ type: 'hit', kind: 'ids', from: 'near' });
    const { session } = await visit(node.port, byTicket13);
    expect(await visit(node.port, { ...byTicket13, session })).toMatchObject({ isResumed: false });
    expect(node.events).not.toContainEqual(expect.objectContaining({ kind: 'tickets' }));
  });

  it('tells of each session whether it was known', async () => {
    const node = await startNode(keys, { cache: memory(), secret });
    const other = await startNode(keys, { cache: memory(), secret });
    for (const [version, kind] of [
      [byId, 'ids'],
      [byTicket13, 'tickets'],
    ] as const) {
      const { session } = await visit(node.port, version);
      await visit(node.port, { ...version, session });
      expect(node.events).toContainEqual({ type: 'hit', kind, from: 'near' });
      await visit(other.port, { ...version, session });
      expect(other.events).toContainEqual({ type: 'miss', kind });
    }
    expect(node.events).toContainEqual({ type: 'stored', from: 'far' });
  });

  it('remembers so many sessions by itself, and forgets the oldest', async () => {
    const node = await startNode(keys, { maxNearSessions: 2 });
    const sessions = [];
    for (let count = 0; count < 3; count++) sessions.push((await visit(node.port, byId)).session);
    const resumed = [];
    for (const session of sessions.toReversed())
      resumed.push((await visit(node.port, { ...byId, session })).isResumed);
    expect(resumed).toEqual([true, true, false]);
  });

  it('goes on by itself after it was let go', async () => {
    const node = await startNode(keys, { cache: memory(), secret });
    const { session } = await visit(node.port, byTicket13);
    await node.shared.close();
    expect(await visit(node.port, { ...byTicket13, session })).toMatchObject({ isResumed: true });
  });

  it.each([
    { sessionTtlMs: 999 },
    { sessionTtlMs: NaN },
    { deadlineMs: 0 },
    { maxNearSessions: -1 },
    { pollMs: 1 },
    { ticketKeys: { rotateMs: 1 } },
    { ticketKeys: { generations: 1 } },
    { ticketKeys: { generations: 2.5 } },
    { proftpd: { encoding: 'tpl', store: 'redis' } },
    { proftpd: { encoding: 'xml', store: 'redis' } },
    { trust: { clientVerification: 'sometimes' } },
  ] as readonly object[])('refuses %j', async (options) => {
    await expect(startNode(keys, options)).rejects.toMatchObject({ code: 'TLS_BAD_OPTION' });
  });
});
