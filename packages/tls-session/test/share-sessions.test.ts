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
});
