import { createBans, type Bans, type Subject } from '@ftpd/ban';
import { createMemoryCache } from '@ftpd/cache';
import type { BanGoal } from './ban-goal.ts';

const banCount = 100_000;
const asked = 1000;
const rounds = 20;
/** A fifth of a second at the most: a loop that is held up for longer knows too little of the pool to answer at once. */
const callsInRound = 200_000;
const leastPerSecond = 2_000_000;

const addressOf = (number: number): string =>
  `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;

/** Of ten bans five are of addresses, two of networks, one of IPv6, two of users. */
function bannedSubject(number: number): Subject {
  const kind = number % 10;
  if (kind < 5) return { type: 'host', name: addressOf(number) };
  if (kind < 7)
    return { type: 'host', name: `11.${(number >> 9) & 255}.${(number >> 1) & 255}.0/${kind + 18}` };
  if (kind < 8)
    return { type: 'host', name: `2001:db8:${(number >> 8).toString(16)}:${(number & 255).toString(16)}::1` };
  return { type: 'user', name: `banned user ${number}` };
}

const freeSubject = (number: number): Subject => ({
  type: 'host',
  name: `192.${addressOf(number).slice(3)}`,
});

/** Of processor time of its thread: what else the machine does takes none of it. */
async function perSecond(
  act: (subjects: readonly Subject[]) => unknown,
  clients: readonly (readonly Subject[])[],
): Promise<number> {
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.threadCpuUsage();
    for (let call = 0; call < callsInRound; call += 1) {
      const answer = act(clients[call % clients.length] as readonly Subject[]);
      if (answer instanceof Promise) await answer;
    }
    const { user, system } = process.threadCpuUsage(before);
    best = Math.max(best, (callsInRound / (user + system)) * 1e6);
    // The poll of the pool has its turn.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return best;
}

function assertAll(bans: Bans, clients: readonly (readonly Subject[])[], outcome: string): void {
  for (const subjects of clients)
    if (bans.peek(subjects)?.outcome !== outcome) throw new Error(`${subjects[0]?.name} is not ${outcome}`);
}

/** How many answers a second are given for clients whose host is known to be free, or banned, with 100,000 bans loaded. */
export async function checkGoals(): Promise<readonly BanGoal[]> {
  const cache = createMemoryCache({ maxBytes: 256 * 1024 * 1024 });
  const bans = createBans({ cache });
  try {
    await Promise.all(
      Array.from({ length: banCount }, (_, number) =>
        bans.ban(bannedSubject(number), { durationMs: 86_400_000 }),
      ),
    );
    const list = await bans.list();
    if (list.length < banCount * 0.9) throw new Error(`only ${list.length} bans`);
    console.log(
      `${list.length} bans loaded, ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MiB of memory in use`,
    );
    const free = Array.from({ length: asked }, (_, number) => [freeSubject(number * 7)]);
    const banned = Array.from({ length: asked }, (_, number) => [bannedSubject(number * 10)]);
    const inNetwork = Array.from({ length: asked }, (_, number): Subject[] => [
      { type: 'host', name: `11.${number & 127}.${number & 255}.9` },
    ]);
    assertAll(bans, free, 'free');
    assertAll(bans, banned, 'banned');
    const measured = [
      ['peek of a free host', (subjects: readonly Subject[]) => bans.peek(subjects), free],
      ['peek of a banned host', (subjects: readonly Subject[]) => bans.peek(subjects), banned],
      [
        'peek of a host in a banned network',
        (subjects: readonly Subject[]) => bans.peek(subjects),
        inNetwork,
      ],
      ['check of a free host', (subjects: readonly Subject[]) => bans.check(subjects), free],
      ['check of a banned host', (subjects: readonly Subject[]) => bans.check(subjects), banned],
    ] as const;
    const goals: BanGoal[] = [];
    for (const [what, act, clients] of measured) {
      const rate = await perSecond(act, clients);
      goals.push({
        what,
        figure: `${(rate / 1e6).toFixed(2)} million/s`,
        goal: `${leastPerSecond / 1e6} million/s`,
        isMet: rate >= leastPerSecond,
      });
    }
    return goals;
  } finally {
    await bans.close();
    await cache.close();
  }
}
