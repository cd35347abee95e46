import { describe, expect, it } from 'vitest';
import { DeviceQueue, perDevice } from './device-queue.ts';

const take = (queue: DeviceQueue<string>, count: number): (string | undefined)[] =>
  Array.from({ length: count }, () => queue.take());

describe('a device queue', () => {
  it('gives a device a quarter of the threads, and at least one', () => {
    expect([1, 4, 7, 8, 16, 32].map(perDevice)).toEqual([1, 1, 1, 2, 4, 8]);
  });

  it('lets a device have so many tasks running and no more, in their order', () => {
    const queue = new DeviceQueue<string>(2);
    for (const task of ['a', 'b', 'c']) queue.add(1, task);
    expect(take(queue, 3)).toEqual(['a', 'b', undefined]);
    expect([queue.waiting, queue.hasNext]).toEqual([1, false]);
    queue.end(1);
    expect(queue.hasNext).toBe(true);
    expect(take(queue, 2)).toEqual(['c', undefined]);
  });

  it('prefers the device with the fewest running, and turns between equals', () => {
    const queue = new DeviceQueue<string>(4);
    for (const task of ['a1', 'a2', 'a3']) queue.add(1, task);
    for (const task of ['b1', 'b2']) queue.add(2, task);
    expect(take(queue, 5)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('with one thread, turns between devices too', () => {
    const queue = new DeviceQueue<string>(4);
    for (const task of ['a1', 'a2']) queue.add(1, task);
    for (const task of ['b1', 'b2']) queue.add(2, task);
    const order: (string | undefined)[] = [];
    for (const device of [1, 2, 1, 2]) {
      order.push(queue.take());
      queue.end(device);
    }
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('keeps a thread for a device that has none, when asked to', () => {
    const queue = new DeviceQueue<string>(4);
    for (const task of ['a1', 'a2']) queue.add(1, task);
    expect(queue.take(0)).toBe('a1');
    expect(queue.take(0)).toBeUndefined();
    queue.add(2, 'b1');
    expect(queue.take(0)).toBe('b1');
  });

  it('counts what runs without having waited, and lets it not pass those that wait', () => {
    const queue = new DeviceQueue<string>(1);
    expect(queue.start(1)).toBe(true);
    expect(queue.start(1)).toBe(false);
    queue.add(1, 'a');
    queue.end(1);
    expect(queue.start(1)).toBe(false);
    expect(queue.take()).toBe('a');
    queue.force(2);
    expect(queue.start(2)).toBe(false);
  });

  it('takes out what is not wanted any more', () => {
    const queue = new DeviceQueue<string>(1);
    queue.add(1, 'a');
    queue.addFirst(1, 'b');
    expect(queue.remove(1, 'b')).toBe(true);
    expect(queue.remove(1, 'b')).toBe(false);
    expect(queue.remove(2, 'a')).toBe(false);
    queue.add(2, 'c');
    expect(queue.drain()).toEqual(['a', 'c']);
    expect([queue.waiting, queue.take()]).toEqual([0, undefined]);
  });
});
