import { expect, test } from 'vitest';
import { createBans } from '../src/index.ts';
import { createCutCache } from './cut-cache.ts';
import { bob, host, memory, open, rule } from './nodes.ts';

/** Lets the calls of all nodes mix. */
const mix = async (): Promise<void> => {
  for (let turns = Math.floor(Math.random() * 4); turns > 0; turns -= 1) await Promise.resolve();
};

test('a ban reaches nodes that only wait for it, with messages and without', async () => {
  const store = memory();
  const one = open({ cache: store, pollMs: 50 });
  const hearing = open({ cache: store });
  const polling = open({ cache: createCutCache(store), pollMs: 50 });
  for (const each of [one, hearing, polling]) await each.refresh();
  await one.ban(bob);
  for (const each of [hearing, polling])
    await expect.poll(() => each.peek([bob])?.outcome, { timeout: 15_000 }).toBe('banned');
});

test('nodes that ban at the same moment lose nothing', async () => {
  const store = memory();
  const nodes = [1, 2, 3].map(() => open({ cache: createCutCache(store, mix) }));
  const subjects = Array.from({ length: 200 }, (_, index) => ({ type: 'user', name: `u${index}` }) as const);
  await Promise.all(
    nodes.flatMap((node, at) =>
      subjects.filter((_, index) => index % 3 === at).map((subject) => node.ban(subject)),
    ),
  );
  // The same ones from all sides, too.
  await Promise.all(nodes.map((node) => node.ban(host)));
  for (const node of nodes) {
    await node.refresh();
    expect(await node.list()).toHaveLength(201);
  }
});

test('of 3000 failures on three nodes at once none is lost, and exactly those from the limit on ban', async () => {
  const store = memory();
  const nodes = [1, 2, 3].map(() =>
    open({ cache: createCutCache(store, mix), rules: [{ ...rule, limit: 3000 }] }),
  );
  const reports = nodes.flatMap((node) =>
    Array.from({ length: 1000 }, async () => await node.report('login-failed', host)),
  );
  const results = await Promise.all(reports);
  expect(results.filter((result) => result.outcome === 'counted')).toHaveLength(2999);
  expect(results.filter((result) => result.outcome === 'banned')).toHaveLength(1);
});

test('a failure below its limits is one round of increments, a success and a known answer no call at all', async () => {
  let calls = 0;
  let rounds = 0;
  let isOpen = false;
  const cache = createCutCache(memory(), async () => {
    calls += 1;
    if (!isOpen) queueMicrotask(() => (isOpen = false));
    if (!isOpen) rounds += 1;
    isOpen = true;
  });
  const rules = [rule, { ...rule, name: 'b', window: 'sliding' as const }];
  const bans = createBans({ cache, rules, pollMs: 1000 });
  await bans.refresh();
  [calls, rounds] = [0, 0];
  expect(await bans.check([host, bob])).toMatchObject({ outcome: 'free' });
  expect(calls).toBe(0);
  await bans.report('login-failed', host);
  expect([calls, rounds]).toEqual([3, 1]);
  await bans.close();
});
