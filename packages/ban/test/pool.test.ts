import { createMemoryCache, newPoolSecret, PoolSecret, type Cache } from '@ftpd/cache';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createBans,
  type Ban,
  type Bans,
  type BansOptions,
  type BanEvent,
  type Subject,
} from '../src/index.ts';
import { createCutCache } from './cut-cache.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const bob: Subject = { type: 'user', name: 'bob' };
const host: Subject = { type: 'host', name: '192.0.2.1' };
const rule = { events: 'login-failed', limit: 3, windowMs: 60_000, banMs: 600_000 };

function memory(): Cache {
  const cache = createMemoryCache();
  opened.unshift(cache);
  return cache;
}

function open(options: BansOptions): Bans {
  const bans = createBans({ pollMs: 1000, mendMs: 5000, ...options });
  opened.unshift(bans);
  return bans;
}

describe('counts', () => {
  test('are those of the whole pool', async () => {
    const cache = memory();
    const [one, other] = [open({ cache, rules: [rule] }), open({ cache, rules: [rule] })];
    expect(await one.report('login-failed', host)).toMatchObject({
      outcome: 'counted',
      counts: [{ count: 1, limit: 3 }],
    });
    expect(await other.report('login-failed', host)).toMatchObject({
      outcome: 'counted',
      counts: [{ count: 2 }],
    });
    expect(await one.report('login-failed', host)).toMatchObject({
      outcome: 'banned',
      ban: { rule: 'login-failed' },
    });
    await other.refresh();
    expect(other.peek([bob, host])).toMatchObject({ outcome: 'banned', ban: { subject: host } });
  });

  test('are of points, and of several rules at once; the longest ban holds', async () => {
    const bans = open({
      rules: [
        {
          name: 'points',
          events: { 'bad-user': 3, 'bad-password': 1 },
          limit: 4,
          windowMs: 60_000,
          banMs: 60_000,
        },
        { name: 'long', events: ['bad-user', 'x'], limit: 2, windowMs: 60_000 },
      ],
    });
    expect(await bans.report('bad-password', host)).toMatchObject({ outcome: 'counted' });
    expect(await bans.report('bad-user', host)).toMatchObject({ outcome: 'banned', ban: { rule: 'points' } });
    await bans.permit(host);
    await bans.report('bad-user', host);
    expect(await bans.report('x', host)).toMatchObject({ outcome: 'banned', ban: { rule: 'long' } });
    expect(await bans.report('unknown', host)).toEqual({ outcome: 'ignored' });
  });

  test('of a sliding window forget what is older', async () => {
    let nowMs = 1_800_000_000_000;
    const bans = open({ rules: [{ ...rule, window: 'sliding' }], now: () => nowMs });
    for (const count of [1, 2])
      expect(await bans.report('login-failed', host)).toMatchObject({ counts: [{ count }] });
    // Three quarters of the window later, a quarter of the two still counts (rounded down).
    nowMs += 60_000 + 45_000;
    expect(await bans.report('login-failed', host)).toMatchObject({ counts: [{ count: 1 }] });
  });

  test('begin anew after a permit', async () => {
    const bans = open({ rules: [{ ...rule, limit: 2 }] });
    await bans.report('login-failed', bob);
    expect(await bans.report('login-failed', bob)).toMatchObject({ outcome: 'banned' });
    expect(await bans.permit(bob)).toMatchObject({ outcome: 'permitted' });
    expect(await bans.report('login-failed', bob)).toMatchObject({
      outcome: 'counted',
      counts: [{ count: 1 }],
    });
  });

  test('of IPv6 hosts are those of their network', async () => {
    const bans = open({ rules: [{ ...rule, limit: 2 }], ipv6PrefixBits: 64 });
    await bans.report('login-failed', { type: 'host', name: '2001:db8::1' });
    expect(await bans.report('login-failed', { type: 'host', name: '2001:db8::2' })).toMatchObject({
      outcome: 'banned',
      ban: { subject: { type: 'host', name: '2001:db8::/64' } },
    });
    const third: Subject = { type: 'host', name: '2001:db8::3' };
    expect(await bans.check([third])).toMatchObject({ outcome: 'banned' });
    expect(await bans.permit(third)).toMatchObject({ outcome: 'permitted' });
    expect(await bans.check([third])).toMatchObject({ outcome: 'free' });
  });
});

describe('rules', () => {
  test('ban bait users at once, and in a dry run nobody', async () => {
    const events: BanEvent[] = [];
    const bans = open({
      rules: [
        { ...rule, name: 'real', limit: 100, baitUsers: ['root'] },
        { ...rule, name: 'trial', limit: 2, isDryRun: true },
      ],
      onEvent: (event) => events.push(event),
    });
    for (const wouldBan of [false, true, true])
      expect(await bans.report('login-failed', host)).toMatchObject({
        outcome: 'counted',
        counts: [{}, { wouldBan }],
      });
    expect(events.filter(({ type }) => type === 'would-ban')).toHaveLength(1);
    expect(await bans.report('login-failed', host, { user: 'root' })).toMatchObject({ outcome: 'banned' });
    expect(events.at(-1)).toMatchObject({ type: 'banned', origin: 'here', detail: { user: 'root' } });
  });

  test('ban those who return longer, up to a limit', async () => {
    let nowMs = 1_800_000_000_000;
    const escalation = { factor: 3, maxMs: 50_000 };
    const bans = open({ rules: [{ ...rule, limit: 1, banMs: 10_000, escalation }], now: () => nowMs });
    for (const lengthMs of [10_000, 30_000, 50_000, 50_000]) {
      const result = await bans.report('login-failed', host);
      expect(result).toMatchObject({ outcome: 'banned', ban: { madeMs: nowMs, endMs: nowMs + lengthMs } });
      nowMs += lengthMs + 1000;
    }
  });

  test('have to make sense', () => {
    for (const wrong of [{ limit: 0 }, { windowMs: 5 }, { banMs: 1 }, { events: [] }, { events: { x: -1 } }])
      expect(() => createBans({ rules: [{ ...rule, ...wrong }] })).toThrow(/Rule/);
    expect(() => createBans({ rules: [rule, rule] })).toThrow('same name');
  });
});

test('allow lists beat bans', async () => {
  const bans = open({
    rules: [{ ...rule, limit: 1 }],
    allow: [
      { type: 'host', name: '192.0.2.0/24' },
      { type: 'user', name: 'admin' },
    ],
  });
  expect(await bans.report('login-failed', host)).toEqual({ outcome: 'allowed' });
  expect(await bans.ban(host)).toEqual({ outcome: 'allowed' });
  expect(await bans.ban({ type: 'host', name: '192.0.0.0/8' })).toMatchObject({ outcome: 'banned' });
  expect(await bans.check([host])).toEqual({ outcome: 'free', basis: 'allowed' });
  expect(await bans.check([{ type: 'user@host', name: 'admin@192.1.1.1' }])).toMatchObject({
    outcome: 'free',
  });
  expect(await bans.check([{ type: 'host', name: '192.1.1.1' }])).toMatchObject({ outcome: 'banned' });
});

test('a name that is no subject is free, never an error', async () => {
  const bans = open({ rules: [rule] });
  const wrong: Subject = { type: 'user', name: 'x'.repeat(10_000) };
  expect(await bans.check([wrong, { type: 'host', name: '' }])).toMatchObject({ outcome: 'free' });
  expect(await bans.report('login-failed', wrong)).toEqual({ outcome: 'ignored' });
  await expect(bans.ban(wrong)).rejects.toMatchObject({ code: 'BAN_BAD_SUBJECT' });
});

describe('a pool', () => {
  test('permits from any node, and lists on all', async () => {
    const cache = memory();
    const [one, other] = [open({ cache, node: 'one' }), open({ cache, node: 'other' })];
    await one.ban(bob, { reason: 'spam', by: 'alice', message: 'go away', durationMs: 60_000 });
    await one.ban({ type: 'host', name: '10.0.0.0/8' });
    await other.refresh();
    expect((await other.list()).map(({ subject: { name } }) => name).toSorted()).toEqual([
      '10.0.0.0/8',
      'bob',
    ]);
    expect(await other.check([bob])).toMatchObject({
      ban: { reason: 'spam', by: 'alice', where: 'one', message: 'go away' },
    });
    expect(await one.ban(bob, { durationMs: 1000 })).toMatchObject({
      outcome: 'kept',
      ban: { reason: 'spam' },
    });
    expect(await other.permit(bob)).toMatchObject({ outcome: 'permitted', lifted: { by: 'alice' } });
    await one.refresh();
    expect(one.peek([bob])).toMatchObject({ outcome: 'free' });
    expect(await one.permit(bob)).toMatchObject({ outcome: 'not-banned' });
    expect(await one.ban(bob, { durationMs: 1000 })).toMatchObject({ outcome: 'banned' });
  });

  test('tells sessions of a ban that another node made, by address and by network', async () => {
    const cache = memory();
    const [one, other] = [open({ cache }), open({ cache })];
    const told: string[] = [];
    const watch = (name: string, subject: Subject): (() => void) =>
      other.watch([{ type: 'class', name: 'x' }, subject], (ban: Ban) =>
        told.push(`${name} ${ban.subject.name}`),
      );
    watch('bob', bob);
    watch('near', { type: 'host', name: '10.1.1.1' });
    watch('far', { type: 'host', name: '11.1.1.1' });
    watch('gone', bob)();
    await one.ban(bob);
    await one.ban({ type: 'host', name: '10.0.0.0/8' });
    await other.refresh();
    expect(told.toSorted()).toEqual(['bob bob', 'near 10.0.0.0/8']);
    watch('late', bob);
    await Promise.resolve();
    expect(told).toHaveLength(3);
  });

  test('gets its bans back when the cache has lost them', async () => {
    const first = createCutCache(memory());
    const one = open({ cache: first });
    await one.ban(bob);
    const lost = memory();
    Object.assign(first, createCutCache(lost));
    await one.refresh();
    const other = open({ cache: lost });
    expect(await other.check([bob])).toMatchObject({ outcome: 'banned' });
  });

  test('with a secret believes nothing that was not sealed with it', async () => {
    const cache = memory();
    const secret = PoolSecret.parse(newPoolSecret());
    const forger = open({ cache });
    await forger.ban(bob);
    const one = open({ cache, secret });
    expect(await one.check([bob])).toMatchObject({ outcome: 'free' });
    await one.ban(host);
    const other = open({ cache, secret });
    expect(await other.check([host])).toMatchObject({ outcome: 'banned' });
    await forger.refresh();
    expect(forger.peek([host])).toMatchObject({ outcome: 'free' });
  });
});

describe('in an outage', () => {
  test.each([
    ['open', { outcome: 'outage' }, { outcome: 'free', basis: 'outage' }],
    ['closed', { outcome: 'outage' }, { outcome: 'refused' }],
    ['local', { outcome: 'banned', isLocal: true }, { outcome: 'banned' }],
  ] as const)('%s is what it says, and bans that are known hold', async (outage, reported, checked) => {
    const cache = createCutCache(memory());
    const events: string[] = [];
    const bans = open({
      cache,
      outage,
      rules: [{ ...rule, limit: 1 }],
      onEvent: ({ type }) => events.push(type),
    });
    await bans.ban(bob);
    cache.isCut = true;
    await bans.refresh();
    expect(await bans.check([bob])).toMatchObject({ outcome: 'banned' });
    expect(await bans.report('login-failed', host)).toMatchObject(reported);
    expect(await bans.check([host])).toMatchObject(checked);
    expect(events).toContain('outage');
    cache.isCut = false;
    await bans.refresh();
    expect(events.at(-1)).toBe('recovered');
  });

  test('bans and permits wait for the cache, and reach the others then', async () => {
    const store = memory();
    const cache = createCutCache(store);
    const [one, other] = [open({ cache }), open({ cache: store })];
    await one.ban(bob);
    await other.refresh();
    cache.isCut = true;
    expect(await one.ban(host)).toMatchObject({ outcome: 'banned', isLocal: true });
    expect(await one.permit(bob)).toMatchObject({ outcome: 'permitted', isLocal: true });
    cache.isCut = false;
    await one.refresh();
    await other.refresh();
    expect(other.peek([bob])).toMatchObject({ outcome: 'free' });
    expect(other.peek([host])).toMatchObject({ outcome: 'banned' });
  });
});

test('nodes with other clocks and cut networks come to agree, and no lifted ban comes back', async () => {
  const step = fc.record({
    node: fc.nat(2),
    act: fc.constantFrom('ban', 'ban', 'ban-for-ever', 'permit', 'cut', 'heal', 'wait', 'poll'),
    subject: fc.constantFrom('a', 'b'),
    seconds: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 3, maxLength: 3 }),
      async (steps, skewsMs) => {
        let nowMs = 1_800_000_000_000;
        // The store's lifetimes are of a real clock; none of these ends before the test does.
        const store = createMemoryCache();
        const nodes = skewsMs.map((skewMs, index) => {
          const cache = createCutCache(store);
          return {
            cache,
            bans: createBans({ cache, node: `n${index}`, now: () => nowMs + skewMs, pollMs: 1000 }),
          };
        });
        for (const { node, act, subject: name, seconds } of steps) {
          const { cache, bans } = nodes[node] as (typeof nodes)[number];
          const subject = { type: 'user', name } as const;
          if (act === 'ban') await bans.ban(subject, { durationMs: seconds * 10_000 });
          if (act === 'ban-for-ever') await bans.ban(subject);
          if (act === 'permit') await bans.permit(subject);
          if (act === 'cut') cache.isCut = true;
          if (act === 'heal') cache.isCut = false;
          if (act === 'wait') nowMs += seconds * 1000;
          if (act === 'poll') await bans.refresh();
        }
        const heal = async (): Promise<void> => {
          for (const { cache } of nodes) cache.isCut = false;
          nowMs += 2000;
          for (let round = 0; round < 3; round += 1) for (const { bans } of nodes) await bans.refresh();
        };
        const names = async (): Promise<string[]> =>
          await Promise.all(
            nodes.map(async ({ bans }) =>
              JSON.stringify(
                (await bans.list())
                  .filter(({ endMs = Infinity }) => endMs > nowMs + 10_000)
                  .map((ban) => [ban.subject.name, ban.endMs, ban.madeMs, ban.where])
                  .toSorted(),
              ),
            ),
          );
        await heal();
        expect(new Set(await names()).size).toBe(1);
        // Permitted on any node with all healed, it stays so everywhere.
        for (const name of ['a', 'b'])
          await (nodes[0] as (typeof nodes)[number]).bans.permit({ type: 'user', name });
        await heal();
        expect(new Set(await names())).toEqual(new Set(['[]']));
        for (const { bans } of nodes) await bans.close();
        await store.close();
      },
    ),
    { numRuns: 60 },
  );
});
