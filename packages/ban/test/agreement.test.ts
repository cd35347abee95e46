import { createMemoryCache } from '@ftpd/cache';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBans } from '../src/index.ts';
import { createCutCache } from './cut-cache.ts';

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
                  .map((ban) => JSON.stringify([ban.subject.name, ban.endMs, ban.madeMs, ban.where]))
                  .toSorted(),
              ),
            ),
          );
        await heal();
        expect(new Set(await names()).size).toBe(1);
        // Permitted while one node that knows the bans is away, they stay so when it is back.
        (nodes[2] as (typeof nodes)[number]).cache.isCut = true;
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
