import { createMemcacheCache, type MemcacheCache } from '@ftpd/cache-memcache';
import { startMemcached, type TestMemcached } from '@ftpd/test-services';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bans, BansOptions, Subject } from '../src/index.ts';
import { open } from './nodes.ts';

const patience = { timeout: 15_000 };
const subjects = Array.from({ length: 60 }, (_, at): Subject => ({ type: 'user', name: `user ${at}` }));

let servers: TestMemcached[];
let caches: MemcacheCache[];
beforeEach(async () => {
  servers = await Promise.all([1, 2, 3].map(() => startMemcached()));
  caches = [];
});
afterEach(async () => {
  for (const cache of caches) await cache.close();
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
});

function node(options: BansOptions = {}): Bans {
  const cache = createMemcacheCache({
    servers: servers.map(({ host, port }) => ({ host, port })),
    deadlineMs: 10_000,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
  });
  caches.push(cache);
  return open({ cache, pollMs: 100, ...options });
}

const bannedBy = (bans: Bans): number =>
  subjects.filter((subject) => bans.peek([subject])?.outcome === 'banned').length;

test('one of three memcacheds is away: the others go on to share, and what it missed is told when it is back', async () => {
  const events: string[] = [];
  const rules = [{ events: 'e', limit: 2, windowMs: 600_000 }];
  const one = node({ rules, onEvent: ({ type }) => events.push(type) });
  const other = node({ rules });
  await one.refresh();
  await other.refresh();
  const [first] = servers as [TestMemcached];
  await first.stop('SIGKILL');
  await expect.poll(() => events, patience).toContain('outage');
  const results = await Promise.all(subjects.map((subject) => one.ban(subject)));
  const shared = results.filter((result) => result.outcome === 'banned' && !result.isLocal).length;
  // Each is in one of 256 shards, and each shard on one of three servers.
  expect(shared).toBeGreaterThan(10);
  expect(shared).toBeLessThan(60);
  await expect.poll(() => bannedBy(other), patience).toBeGreaterThanOrEqual(shared);
  const counted = await Promise.all(
    Array.from({ length: 30 }, (_, at) => one.report('e', { type: 'key', name: `k${at}` })),
  );
  const isLocal = counted.map((result) => 'isLocal' in result && result.isLocal);
  expect(new Set(isLocal)).toEqual(new Set([true, false]));
  servers[0] = await startMemcached({ port: first.port });
  await expect.poll(() => events.at(-1), patience).toBe('recovered');
  await expect.poll(() => bannedBy(other), patience).toBe(60);
  const late = node();
  await expect.poll(() => bannedBy(late), patience).toBe(60);
});

test('one of three is away: what is not known to be free is as the policy says', async () => {
  const closed = node({ outage: 'closed' });
  const local = node();
  for (const each of [closed, local]) await each.refresh();
  await servers[1]?.stop('SIGKILL');
  const asked: Subject = { type: 'user', name: 'somebody' };
  await expect.poll(() => closed.peek([asked])?.outcome, patience).toBe('refused');
  await expect.poll(() => local.peek([asked]), patience).toEqual({ outcome: 'free', basis: 'outage' });
});
