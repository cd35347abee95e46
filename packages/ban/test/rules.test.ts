import { describe, expect, test } from 'vitest';
import { createBans, type BanEvent, type Subject } from '../src/index.ts';
import { bob, host, memory, open, rule } from './nodes.ts';

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
