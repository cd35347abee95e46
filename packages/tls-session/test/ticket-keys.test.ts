import { createRecordCodec, newPoolSecret, PoolSecret, type Cache } from '@ftpd/cache';
import { describe, expect, it } from 'vitest';
import type { TlsSessionEvent, TlsSessions, TlsSessionsOptions } from '../src/index.ts';
import { memory, openSessions, plainCache, secret } from './pool.ts';

const hour = 3_600_000;
const key = Buffer.from('ftpd.tls.ticket-keys.all');

interface Node {
  readonly sessions: TlsSessions;
  readonly events: TlsSessionEvent[];
  /** Looks at the pool's keys, as its timer does. */
  look(): Promise<void>;
  names(): string[];
}

/** One that carries no messages, by which nodes would look on their own. */
function withoutBus(cache: Cache): Cache {
  const { bus: _bus, ...others } = plainCache(cache);
  return others;
}

/** A pool whose nodes look at its keys when the test says so. */
function pool(cache: Cache = withoutBus(memory())) {
  let nowMs = Date.now();
  return {
    cache,
    pass: (ms: number) => {
      nowMs += ms;
    },
    node: async (options: TlsSessionsOptions & { readonly skewMs?: number } = {}): Promise<Node> => {
      const events: TlsSessionEvent[] = [];
      const { skewMs = 0 } = options;
      const sessions = openSessions({
        cache,
        secret,
        pollMs: 60_000,
        now: () => nowMs + skewMs,
        onEvent: (event) => events.push(event),
        ...options,
      });
      await sessions.ready();
      const names = (): string[] =>
        sessions.ticketKeyInfo().names.map((name) => Buffer.from(name).toString('hex'));
      return {
        sessions,
        events,
        names,
        // The look that is under way may have begun too early.
        async look() {
          await sessions.refreshTicketKeys();
          await sessions.refreshTicketKeys();
        },
      };
    },
  };
}

const sealing = (node: Node): string | undefined => node.names()[0];

describe('the ticket keys of a pool', () => {
  it('are the same on all nodes, whichever starts first', async () => {
    const { node } = pool();
    const nodes = await Promise.all(Array.from({ length: 8 }, () => node()));
    for (const each of nodes) {
      await each.look();
      expect(each.sessions.ticketKeyInfo().isShared).toBe(true);
      expect(each.names()).toEqual(nodes[0]!.names());
    }
  });

  it('are known to a node that starts later', async () => {
    const { node, pass } = pool();
    const first = await node();
    pass(hour + 1);
    await first.look();
    const late = await node();
    expect(late.names()).toEqual(first.names());
  });

  it('are known everywhere before they seal, and for three generations', async () => {
    const { node, pass } = pool();
    const [one, other] = [await node(), await node()];
    const used: string[] = [];
    for (let quarter = 0; quarter < 24; quarter++) {
      const name = sealing(one)!;
      if (used.at(-1) !== name) used.push(name);
      // The other node has not looked since the last quarter, and knows it all the same.
      expect(other.names()).toContain(name);
      expect(other.names()).toEqual(expect.arrayContaining(used.slice(-3)));
      pass(hour / 4);
      expect(sealing(other)).toBe(sealing(one));
      await (quarter % 2 === 0 ? one : other).look();
    }
    expect(used.length).toBe(6);
    expect(one.names()).not.toContain(used[0]);
    expect(one.events).toContainEqual({ type: 'rotated', isShared: true });
  });

  it('are known to nodes whose clocks differ by half a rotation', async () => {
    const { node, pass } = pool();
    const nodes = [await node({ skewMs: hour / 2 }), await node(), await node({ skewMs: -hour / 2 })];
    for (let step = 0; step < 30; step++) {
      for (const each of nodes) await each.look();
      for (const each of nodes) for (const other of nodes) expect(other.names()).toContain(sealing(each));
      pass(hour / 5);
    }
  });

  it('come back with the nodes after the cache has lost them', async () => {
    const { node, cache } = pool();
    const [one, other] = [await node(), await node()];
    await cache.delete(key);
    const late = await node();
    expect(late.names()).not.toContain(sealing(one));
    await one.look();
    await late.look();
    await other.look();
    for (const each of [one, other, late])
      expect(each.names()).toEqual(expect.arrayContaining([sealing(one), sealing(late)]));
    expect(sealing(late)).toBe(sealing(other));
  });

  it('are no others because an old record was put back', async () => {
    const { node, cache, pass } = pool();
    const one = await node();
    const old = (await cache.get(key))!;
    pass(hour + 1);
    await one.look();
    const names = one.names();
    await cache.set(key, old);
    await one.look();
    expect(one.names()).toEqual(names);
    expect(one.events).toContainEqual(expect.objectContaining({ type: 'refused', what: 'ticket-keys' }));
    expect((await node()).names()).toEqual(names);
  });

  it('of a record that is too old are not used by a node that starts now', async () => {
    const { node, cache, pass } = pool();
    const one = await node();
    const names = one.names();
    const old = (await cache.get(key))!;
    await one.sessions.close();
    pass(9 * hour);
    await cache.set(key, old);
    const late = await node();
    for (const name of names) expect(late.names()).not.toContain(name);
    expect(late.sessions.ticketKeyInfo().isShared).toBe(true);
  });

  it.each([
    ['something else', Buffer.from('something else')],
    ['nothing', Buffer.alloc(0)],
    [
      'what another pool sealed',
      createRecordCodec(PoolSecret.parse(newPoolSecret()), { type: 'tls-ticket-keys', version: 1 }).seal(
        key,
        Buffer.alloc(57, 1),
        1,
      ),
    ],
    [
      'what the pool sealed, but is no ring',
      createRecordCodec(secret, { type: 'tls-ticket-keys', version: 1 }).seal(key, Buffer.from('x'), 1),
    ],
  ])('are put right where there is %s', async (_name, garbage) => {
    const { node, cache } = pool();
    const one = await node();
    await cache.set(key, garbage);
    await one.look();
    expect(one.events).toContainEqual(expect.objectContaining({ type: 'refused', what: 'ticket-keys' }));
    expect((await node()).names()).toEqual(one.names());
  });

  it('are in the cache only sealed', async () => {
    const { node, cache } = pool();
    const one = await node();
    const record = Buffer.from((await cache.get(key))!);
    const { ticketKeys } = one.sessions.contextOptions('tickets');
    for (let at = 0; at < 48; at += 16)
      expect(record.includes(ticketKeys!.subarray(at, at + 16))).toBe(false);
  });

  it('are read by a pool whose secret was changed, while the old one is still there', async () => {
    const { node } = pool();
    const old = newPoolSecret();
    const one = await node({ secret: PoolSecret.parse(old) });
    const other = await node({ secret: PoolSecret.parse(newPoolSecret({ previous: old })) });
    expect(other.names()).toEqual(one.names());
  });

  it('stay in the process without a secret, or without a cache, and somebody is told', async () => {
    const { node, cache } = pool();
    const open = await node({ secret: undefined as never });
    expect(open.events).toContainEqual({ type: 'local', what: 'ticket-keys', reason: 'no-secret' });
    expect(open.events).toContainEqual({ type: 'local', what: 'sessions', reason: 'no-secret' });
    expect(open.sessions.ticketKeyInfo().isShared).toBe(false);
    expect(await cache.get(key)).toBeUndefined();
    const alone: TlsSessionEvent[] = [];
    openSessions({ onEvent: (event) => alone.push(event) });
    expect(alone).toContainEqual({ type: 'local', what: 'ticket-keys', reason: 'no-cache' });
  });

  it('are rotated in a process of its own, too', async () => {
    const { node, pass } = pool();
    const alone = await node({ secret: undefined as never });
    const first = sealing(alone);
    pass(hour + 1);
    await alone.look();
    expect(sealing(alone)).not.toBe(first);
    expect(alone.names()).toContain(first);
    pass(3 * hour);
    await alone.look();
    expect(alone.names()).not.toContain(first);
  });
});

describe('nodes that hear of a new ring', () => {
  it('do not answer for ever those who can not read it', async () => {
    const whole = plainCache(memory());
    let writes = 0;
    const counting: Cache = {
      ...whole,
      add: async (...all) => (writes++, await whole.add(...all)),
      replace: async (...all) => (writes++, await whole.replace(...all)),
    };
    const { node } = pool(counting);
    const [one, other] = [await node(), await node({ secret: PoolSecret.parse(newPoolSecret()) })];
    await one.look();
    await other.look();
    const before = writes;
    // Each look may put one's own there, and a message makes the others look but once.
    await one.look();
    await counting.bus!.publish('ftpd.tls.keys.all', Buffer.alloc(0));
    await expect.poll(() => writes).toBeGreaterThan(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(writes).toBeLessThanOrEqual(before + 6);
  });

  it('look at once', async () => {
    const { node, pass } = pool(memory());
    const [one, other] = [await node(), await node()];
    pass(hour + 1);
    await one.look();
    await expect.poll(() => other.names()).toEqual(one.names());
  });
});

describe('ticket keys in an outage', () => {
  const failing = (cache: Cache, isDown: () => boolean): Cache => {
    const check = (): void => {
      if (isDown()) throw new Error('down');
    };
    return {
      ...cache,
      getEntry: async (...all) => (check(), await cache.getEntry(...all)),
      add: async (...all) => (check(), await cache.add(...all)),
      replace: async (...all) => (check(), await cache.replace(...all)),
    };
  };

  it('go on, are told once, and are agreed upon again afterwards', async () => {
    let isDown = false;
    const { node, pass } = pool(failing(withoutBus(memory()), () => isDown));
    const [one, other] = [await node(), await node()];
    const before = sealing(one);
    isDown = true;
    await one.look();
    await one.look();
    expect(one.events.filter(({ type }) => type === 'outage')).toHaveLength(1);
    expect(sealing(one)).toBe(before);
    pass(2.5 * hour);
    await one.look();
    expect(one.names()).toContain(before);
    const alone = sealing(one);
    expect(other.names()).not.toContain(alone);
    expect(one.sessions.ticketKeyInfo().isShared).toBe(false);
    isDown = false;
    await one.look();
    await other.look();
    expect(one.events.filter(({ type }) => type === 'recovery')).toHaveLength(1);
    expect(other.names()).toContain(alone);
    expect(sealing(other)).toBe(sealing(one));
  });

  it('are there at once for a node that starts in it', async () => {
    const { node } = pool(failing(withoutBus(memory()), () => true));
    const one = await node();
    expect(one.names()).toHaveLength(1);
    expect(one.sessions.ticketKeyInfo().isShared).toBe(false);
    expect(one.sessions.contextOptions('tickets').ticketKeys).toHaveLength(48);
  });
});
