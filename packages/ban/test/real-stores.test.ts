import type { Cache } from '@ftpd/cache';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bans, BansOptions, Subject } from '../src/index.ts';
import { bob, host, open, rule } from './nodes.ts';
import { realStores, type RealStore } from './real-stores.ts';

const patience = { timeout: 15_000 };

describe.each(realStores)('several nodes over %s', (_name, start) => {
  let store: RealStore;
  let caches: Cache[];
  beforeEach(async () => {
    caches = [];
    store = await start();
  });
  afterEach(async () => {
    for (const cache of caches) await cache.close();
    await store.stop();
  });

  const node = (options: BansOptions = {}): Bans => {
    const cache = store.connect();
    caches.push(cache);
    return open({ cache, pollMs: 100, ...options });
  };

  test('failures on two nodes are counted together', async () => {
    const [one, other] = [node({ rules: [rule] }), node({ rules: [rule] })];
    expect(await one.report('login-failed', host)).toMatchObject({ counts: [{ count: 1 }] });
    expect(await other.report('login-failed', host)).toMatchObject({ counts: [{ count: 2 }] });
    expect(await one.report('login-failed', host)).toMatchObject({ outcome: 'banned', isLocal: false });
    await expect.poll(() => other.peek([host])?.outcome, patience).toBe('banned');
  });

  test('a ban is on all nodes, in the list of each, and a permit from any lifts it everywhere', async () => {
    const nodes = [node({ node: 'a' }), node({ node: 'b' }), node({ node: 'c' })];
    const [one, other, third] = nodes as [Bans, Bans, Bans];
    await one.ban(bob, { reason: 'spam', durationMs: 600_000 });
    await other.ban({ type: 'host', name: '2001:db8::/32' });
    for (const each of nodes) await expect.poll(async () => (await each.list()).length, patience).toBe(2);
    expect(await third.check([bob])).toMatchObject({ ban: { reason: 'spam', where: 'a' } });
    expect(await third.permit(bob)).toMatchObject({ outcome: 'permitted', isLocal: false });
    for (const each of nodes) await expect.poll(() => each.peek([bob])?.outcome, patience).toBe('free');
  });

  test('sessions on all nodes hear of a ban', async () => {
    const nodes = [node(), node(), node()];
    const told: string[] = [];
    for (const [at, each] of nodes.entries()) each.watch([bob], () => told.push(`node ${at}`));
    await nodes[0]?.ban(bob);
    await expect.poll(() => told.toSorted(), patience).toEqual(['node 0', 'node 1', 'node 2']);
  });

  test('what one thousand bans on two nodes at once leave is on a third', async () => {
    const [one, other] = [node(), node()];
    const subjects = Array.from({ length: 1000 }, (_, at): Subject => ({
      type: 'host',
      name: `10.0.${at >> 8}.${at & 255}`,
    }));
    await Promise.all(
      subjects.map(async (subject, at) => {
        const { outcome } = await (at % 2 === 0 ? one : other).ban(subject, { durationMs: 600_000 });
        expect(outcome).toBe('banned');
      }),
    );
    const third = node();
    await third.refresh();
    expect(await third.list()).toHaveLength(1000);
    for (const subject of subjects) expect(third.peek([subject])?.outcome).toBe('banned');
  });

  test('a store that was started anew gets the bans back, and a node that comes then knows them', async () => {
    const [one, other] = [node(), node()];
    await one.ban(bob);
    await other.ban(host, { durationMs: 600_000 });
    await one.permit(bob);
    await one.ban({ type: 'user', name: 'eve' });
    await other.refresh();
    await store.restart();
    await expect.poll(async () => (await one.refresh()) && (await other.refresh()), patience).toBe(true);
    const late = node();
    await expect
      .poll(async () => (await late.list()).map(({ subject: { name } }) => name).toSorted(), patience)
      .toEqual([host.name, 'eve']);
    expect(await late.check([bob])).toMatchObject({ outcome: 'free' });
  });

  test('a node that was cut off learns, tells what it did, and brings nothing back that was lifted', async () => {
    const [one, other] = [node(), node()];
    await one.ban(bob);
    await one.ban(host);
    await other.refresh();
    await other.close();
    await one.permit(bob);
    await store.restart();
    await expect.poll(async () => await one.refresh(), patience).toBe(true);
    const back = node();
    await expect.poll(() => back.peek([host])?.outcome, patience).toBe('banned');
    expect(await back.check([bob])).toMatchObject({ outcome: 'free' });
  });
});

describe.each(realStores)('while %s answers nothing', (_name, start) => {
  let store: RealStore;
  let cache: Cache;
  const answerMs = 300;
  /** What a busy machine may add. */
  const slackMs = 4000;
  beforeEach(async () => {
    store = await start(answerMs);
    cache = store.connect();
  });
  afterEach(async () => {
    store.resume();
    await cache.close();
    await store.stop();
  });

  test.each([
    ['open', { outcome: 'free', basis: 'outage' }, { outcome: 'outage' }],
    ['closed', { outcome: 'refused' }, { outcome: 'outage' }],
    ['local', { outcome: 'free', basis: 'outage' }, { outcome: 'counted', isLocal: true }],
  ] as const)('%s says what it is, in time, and known bans hold', async (outage, checked, reported) => {
    const events: string[] = [];
    const bans = open({
      cache,
      outage,
      rules: [rule],
      pollMs: 100,
      onEvent: ({ type }) => events.push(type),
    });
    await expect.poll(() => bans.refresh(), patience).toBe(true);
    await bans.ban(bob);
    await store.pause();
    const begunMs = performance.now();
    const [answer, report, known] = await Promise.all([
      bans.check([host]),
      bans.report('login-failed', host),
      bans.check([bob]),
    ]);
    expect(performance.now() - begunMs).toBeLessThan(answerMs * 2 + slackMs);
    expect(known.outcome).toBe('banned');
    expect(report).toMatchObject(reported);
    // What was known a moment ago may still be.
    expect([checked.outcome, 'free']).toContain(answer.outcome);
    await expect.poll(async () => await bans.check([host]), patience).toMatchObject(checked);
    expect(await bans.ban({ type: 'user', name: 'eve' })).toMatchObject({ outcome: 'banned', isLocal: true });
    expect(events).toContain('outage');
    store.resume();
    await expect.poll(() => bans.peek([host]), patience).toEqual({ outcome: 'free', basis: 'known' });
    expect(events.at(-1)).toBe('recovered');
    const other = store.connect();
    const late = open({ cache: other, pollMs: 100 });
    await expect
      .poll(async () => (await late.check([{ type: 'user', name: 'eve' }])).outcome, patience)
      .toBe('banned');
    await late.close();
    await other.close();
  });
});
