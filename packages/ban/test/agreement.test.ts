import { createMemoryCache, type Cache, type CacheBus } from '@ftpd/cache';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBans, type Bans } from '../src/index.ts';
import { shardKeys, versionKeys } from '../src/pool/shard.ts';
import { createCutCache, type CutCache } from './cut-cache.ts';

const firstMs = 1_800_000_000_000;
const subjects = ['a', 'b'] as const;

const step = fc.record({
  node: fc.nat(2),
  act: fc.constantFrom(
    ...([
      'ban',
      'ban',
      'ban-for-ever',
      'permit',
      'permit',
      'cut',
      'heal',
      'wait',
      'poll',
      'restart',
      'lose',
    ] as const),
  ),
  subject: fc.constantFrom(...subjects),
  seconds: fc.integer({ min: 1, max: 40 }),
});

const skew = fc.integer({ min: -5000, max: 5000 });

interface Node {
  readonly cache: CutCache;
  bans: Bans;
}

/** Messages of which some are lost. */
function lossyBus({ bus }: Cache, isLost: () => boolean): CacheBus {
  if (bus === undefined) throw new Error('a memory carries messages');
  return {
    async publish(...args) {
      if (!isLost()) await bus.publish(...args);
    },
    subscribe: (...args) => bus.subscribe(...args),
  };
}

test('nodes with other clocks, cut networks, lost messages, restarts and lost stores come to agree, and nothing that was lifted comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.tuple(skew, skew, skew),
      fc.infiniteStream(fc.boolean()),
      async (steps, skewsMs, losses) => {
        let nowMs = firstMs;
        let made = 0;
        const folder = mkdtempSync(join(tmpdir(), 'ban-agreement-'));
        // The store's lifetimes are of a real clock; none of these ends before the test does.
        const store = createMemoryCache();
        const bus = lossyBus(store, () => losses.next().value === true);
        const open = (cache: Cache, index: number): Bans =>
          createBans({
            cache,
            node: `n${index}`,
            now: () => nowMs + (skewsMs[index] ?? 0),
            pollMs: 1000,
            // A node without one forgets what only it knew.
            journalPath: join(folder, `n${index}`),
          });
        const nodes = skewsMs.map((_, index): Node => {
          const cache = Object.assign(createCutCache(store), { bus });
          return { cache, bans: open(cache, index) };
        });
        /** The bans that somebody lifted, by what is unique of them. */
        const lifted = new Set<string>();

        for (const { node: index, act, subject: name, seconds } of steps) {
          const node = nodes[index] as Node;
          const subject = { type: 'user', name } as const;
          const reason = `ban ${(made += 1)}`;
          if (act === 'ban') await node.bans.ban(subject, { reason, durationMs: seconds * 10_000 });
          if (act === 'ban-for-ever') await node.bans.ban(subject, { reason });
          if (act === 'permit') {
            const result = await node.bans.permit(subject);
            if (result.outcome === 'permitted') lifted.add(result.lifted.reason);
          }
          if (act === 'cut') node.cache.isCut = true;
          if (act === 'heal') node.cache.isCut = false;
          if (act === 'wait') nowMs += seconds * 1000;
          if (act === 'poll') await node.bans.refresh();
          if (act === 'restart') {
            await node.bans.close();
            node.bans = open(node.cache, index);
          }
          if (act === 'lose')
            for (const key of [...shardKeys, ...versionKeys, Buffer.from('n')])
              await store.delete(Buffer.concat([Buffer.from('ftpd.ban.'), key]));
        }

        const heal = async (): Promise<void> => {
          for (const { cache } of nodes) cache.isCut = false;
          nowMs += 2000;
          // As long as it takes until each shard was read whatever the counters say.
          for (let round = 0; round < 3; round += 1) for (const { bans } of nodes) await bans.refresh();
        };
        /** What holds for longer than clocks differ. */
        const lists = async (): Promise<readonly string[]> =>
          await Promise.all(
            nodes.map(async ({ bans }) =>
              JSON.stringify(
                (await bans.list())
                  .filter(({ endMs = Infinity }) => endMs > nowMs + 12_000)
                  .map(({ subject, endMs, reason, where }) => [subject.name, endMs, reason, where].join(' '))
                  .toSorted(),
              ),
            ),
          );

        await heal();
        const after = await lists();
        expect(new Set(after).size).toBe(1);
        for (const { bans } of nodes)
          for (const { reason } of await bans.list()) expect(lifted).not.toContain(reason);
        // Permitted while one node that knows the bans is away, they stay so when it is back.
        (nodes[2] as Node).cache.isCut = true;
        for (const name of subjects) await nodes[0]?.bans.permit({ type: 'user', name });
        await heal();
        expect(new Set(await lists())).toEqual(new Set(['[]']));
        for (const { bans } of nodes) await bans.close();
        await store.close();
        rmSync(folder, { recursive: true });
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
