import { expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

function drain<Item>(queue: { shift(): Item | undefined }): Item[] {
  const items: Item[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

it('takes turns between keys, and keeps the order within one', () => {
  const queue = createFairQueue<string>({ maxItems: 10, maxItemsPerKey: 10 });
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.slice(0, 1), item);
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(queue.size).toBe(0);
});

it('refuses what goes beyond the limit of a key or of all', () => {
  const queue = createFairQueue<string>({ maxItems: 3, maxItemsPerKey: 2 });
  expect(['a1', 'a2', 'a3', 'b1', 'c1'].map((item) => queue.push(item.slice(0, 1), item))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(queue.size).toBe(3);
});

it('forgets a removed item, once', () => {
  const queue = createFairQueue<string>({ maxItems: 3, maxItemsPerKey: 2 });
  queue.push('a', 'a1');
  queue.push('a', 'a2');
  expect([queue.remove('a', 'a1'), queue.remove('a', 'a1'), queue.remove('b', 'a2')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(drain(queue)).toEqual(['a2']);
  expect(queue.remove('a', 'a2')).toBe(false);
  expect(queue.size).toBe(0);
});

it('passes over keys that are not ready, which keep their turn', () => {
  const queue = createFairQueue<string>({ maxItems: 5, maxItemsPerKey: 2 });
  for (const item of ['a1', 'b1', 'a2']) queue.push(item.slice(0, 1), item);
  expect(queue.shift((key) => key !== 'a')).toBe('b1');
  expect(queue.shift((key) => key !== 'a')).toBeUndefined();
  expect(drain(queue)).toEqual(['a1', 'a2']);
});
