import { isCacheError, type Cache } from '@ftpd/cache';
import { startRedisCluster, until, type RedisServer } from '@ftpd/test-services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDriver } from '../src/index.ts';
import { slotOf } from '../src/slots.ts';
import { startLoad } from './load.ts';

const RECOVERY_MS = 15_000;

let nodes: readonly RedisServer[];
let cache: Cache;
const log: string[] = [];

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

beforeAll(async () => {
  nodes = await startRedisCluster();
  cache = await cacheDriver.connect({
    url: `redis+cluster://127.0.0.1:${nodes[0]?.port},127.0.0.1:${nodes[1]?.port}`,
    options: { 'max-retry-delay-ms': '200', 'deadline-ms': '2000' },
    log: (severity, line) => {
      if (severity !== 'debug') log.push(`${severity}: ${line}`);
    },
  });
});
afterAll(async () => {
  await cache?.close();
  await Promise.all((nodes ?? []).map((node) => node.stop()));
});

const keys = Array.from({ length: 300 }, (_, at) => bytes(`key ${at}`));

async function ownerOf(slot: number): Promise<{ readonly owner: RedisServer; readonly other: RedisServer }> {
  for (const node of nodes) {
    const line =
      (await node.cli('cluster', 'nodes')).split('\n').find((each) => each.includes('myself')) ?? '';
    const ranges = [...line.matchAll(/ (\d+)-(\d+)\b/g)];
    if (ranges.some(([, first, last]) => Number(first) <= slot && slot <= Number(last)))
      return { owner: node, other: nodes.find((each) => each !== node) as RedisServer };
  }
  throw new Error(`nobody keeps slot ${slot}`);
}

test('every key finds its node, alone and with others', async () => {
  await Promise.all(keys.map((key) => cache.set(key, key, { ttlMs: 600_000 })));
  const answers = await cache.getMany(keys);
  expect(
    answers.every((answer, at) => answer.outcome === 'value' && keys[at]?.toString() === text(answer.value)),
  ).toBe(true);
  const sizes = await Promise.all(nodes.map(async (node) => Number(await node.cli('dbsize'))));
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  expect(await cache.increment(bytes('counter'), 5)).toBe(5);
  const entry = await cache.getEntry(bytes('counter'));
  expect(entry && (await cache.replace(bytes('counter'), entry.version, bytes('7')))).toBe(true);
  expect(await cache.increment(bytes('counter'), 1)).toBe(8);
});

test('slots are those of the server', async () => {
  for (const key of ['a', '{tag}b', '{}c', 'x{y', '123456789', '{a}{b}'])
    expect(await nodes[0]?.cli('cluster', 'keyslot', key)).toBe(String(slotOf(bytes(key))));
});

test('messages reach listeners wherever they are sent', async () => {
  const heard: string[] = [];
  const stop = await cache.bus?.subscribe('news', (message) => heard.push(text(message) as string));
  await Promise.all(nodes.map((node, at) => node.cli('publish', 'news', `${at}`)));
  await cache.bus?.publish('news', bytes('ours'));
  await until(() => heard.length === 4, RECOVERY_MS, 'all messages');
  expect(heard.toSorted()).toEqual(['0', '1', '2', 'ours']);
  stop?.();
});

test('a slot that moves is followed: half-way (ASK) and afterwards (MOVED)', async () => {
  const key = bytes('moving');
  const slot = slotOf(key);
  const { owner, other } = await ownerOf(slot);
  await cache.delete(key);
  const [ownerId, otherId] = await Promise.all([owner.cli('cluster', 'myid'), other.cli('cluster', 'myid')]);
  await other.cli('cluster', 'setslot', String(slot), 'importing', ownerId);
  await owner.cli('cluster', 'setslot', String(slot), 'migrating', otherId);
  await cache.set(key, bytes('asked'));
  expect(text(await cache.get(key))).toBe('asked');
  expect(await cache.increment(bytes('{moving}counter'), 3)).toBe(3);
  for (const node of [other, owner, ...nodes.filter((each) => each !== other && each !== owner)])
    await node.cli('cluster', 'setslot', String(slot), 'node', otherId);
  expect(text(await cache.get(key))).toBe('asked');
  expect(await cache.increment(bytes('{moving}counter'), 1)).toBe(4);
  expect(await other.cli('get', 'moving')).toBe('asked');
});

test('a node that dies takes its own keys away and no others, and comes back by itself', async () => {
  const load = startLoad(cache, 10);
  const [, second] = nodes as [RedisServer, RedisServer, RedisServer];
  await second.process().stop('SIGKILL');
  await until(() => log.length > 0, RECOVERY_MS, 'a line of the log');
  const answers = await cache.getMany(keys);
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  expect(outcomes).toEqual(new Set(['value', 'error']));
  for (const [at, answer] of answers.entries())
    if (answer.outcome === 'value') expect(text(answer.value)).toBe(keys[at]?.toString());
    else expect(isCacheError((answer as { error: unknown }).error, 'CACHE_UNAVAILABLE')).toBe(true);
  await second.restart();
  await until(
    async () => (await cache.getMany(keys)).every(({ outcome }) => outcome !== 'error'),
    RECOVERY_MS,
    'the node that came back',
  );
  const { wrong, slowestMs } = await load.end();
  expect(wrong).toBe(0);
  expect(slowestMs).toBeLessThan(4_000 + 3_000);
  expect(log.map((line) => line.replace(/:.*/, ''))).toEqual(['warning', 'notice']);
});
