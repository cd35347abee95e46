/** `npm run bench:cache [memory|memcache|redis …]`: the drivers beside what they stand on, and their peers. */
import { compareMemcache, describeComparison, type CacheComparison } from './cache-memcache.ts';
import { compareMemory, describeSystemCalls } from './cache-memory.ts';
import { compareRedis } from './cache-redis.ts';

const benches: Readonly<Record<string, () => Promise<readonly CacheComparison[]>>> = {
  memory: compareMemory,
  memcache: compareMemcache,
  redis: compareRedis,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}: name some of ${Object.keys(benches).join(', ')}, or nothing for all.`,
  );
  process.exit(2);
}

console.log(
  'Share: the first of each table beside the second. Best of some rounds in turns; p99 and processor time likewise.\n',
);
for (const [name, compare] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  for (const comparison of await compare()) console.log(`${describeComparison(comparison)}\n`);
  if (name === 'memory') console.log(`${describeSystemCalls()}\n`);
}
