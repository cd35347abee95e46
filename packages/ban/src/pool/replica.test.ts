import { expect, test } from 'vitest';
import { isInForce, type BanRecord } from '../record/ban-record.ts';
import { canonicalSubject } from '../subject/subject.ts';
import { BanReplica, keptSlackMs } from './replica.ts';
import { shardCount, shardOf } from './shard.ts';

const record = (id: string, endMs?: number): BanRecord => ({
  id,
  generation: 0,
  isLifted: false,
  madeMs: 0,
  guardMs: 0,
  reason: '',
  by: '',
  where: '',
  ...(endMs === undefined ? {} : { endMs }),
});
const host = canonicalSubject({ type: 'host', name: '10.1.1.1' });

test('a shorter network still bans when a longer one has ended', () => {
  const replica = new BanReplica();
  replica.merge(record('host:10.0.0.0/8', 100));
  replica.merge(record('host:10.1.0.0/16', 50));
  expect(replica.find(host, 40)?.id).toBe('host:10.1.0.0/16');
  expect(replica.find(host, 60)?.id).toBe('host:10.0.0.0/8');
  expect(replica.find(host, 100)).toBeUndefined();
});

test('what has ended is forgotten, after as much as clocks may differ', () => {
  const replica = new BanReplica();
  replica.merge(record('host:10.0.0.0/8', 100));
  replica.merge(record('user:bob'));
  replica.sweep(99 + keptSlackMs);
  expect(replica.size).toBe(2);
  replica.sweep(100 + keptSlackMs);
  expect([...replica.values()].map(({ id }) => id)).toEqual(['user:bob']);
  expect(replica.ofShard(shardOf('host:10.0.0.0/8')).size).toBe(0);
});

test('a ban that ends by itself is told once, a lifted or prolonged one is not', () => {
  const replica = new BanReplica();
  replica.merge(record('user:long gone', 50));
  replica.sweep(60, () => expect.unreachable('nobody saw it hold'));
  replica.merge(record('user:ends', 100));
  replica.merge(record('user:stays'));
  replica.merge(record('user:prolonged', 90));
  replica.merge(record('user:prolonged', 200));
  replica.merge(record('user:lifted', 100));
  replica.merge({ ...record('user:lifted', 100), generation: 1, isLifted: true });
  const told: string[] = [];
  for (const atMs of [99, 100, 101, 199]) replica.sweep(atMs, ({ id }) => told.push(`${id} at ${atMs}`));
  expect(told).toEqual(['user:ends at 100']);
  replica.sweep(500, ({ id }) => told.push(id));
  expect(told.slice(1)).toEqual(['user:prolonged']);
});

test('a flood forgets what ends first, and never grows beyond its bound', () => {
  const replica = new BanReplica(10);
  replica.merge(record('user:for ever'));
  for (let index = 0; index < 100; index += 1) replica.merge(record(`user:${index}`, 1000 + index));
  expect(replica.size).toBe(10);
  expect(isInForce(replica.get('user:for ever') as BanRecord, 0)).toBe(true);
  expect(replica.get('user:99')?.endMs).toBe(1099);
});

test('subjects are spread over all shards', () => {
  const counts = new Array<number>(shardCount).fill(0);
  for (let index = 0; index < 25_600; index += 1) {
    const shard = shardOf(`host:10.0.${index >> 8}.${index & 255}`);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(50);
  expect(Math.max(...counts)).toBeLessThan(200);
});
