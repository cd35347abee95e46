import { describe, expect, it } from 'vitest';
import { createBackOff } from './back-off.ts';

describe('createBackOff', () => {
  it('doubles to two seconds and begins anew after a reset', () => {
    const backOff = createBackOff(undefined, () => 0);
    expect(Array.from({ length: 8 }, () => backOff.next())).toEqual([
      50, 100, 200, 400, 800, 1600, 2000, 2000,
    ]);
    backOff.reset();
    expect(backOff.next()).toBe(50);
  });

  it('is what it is told to be', () => {
    const backOff = createBackOff(30);
    expect([backOff.next(), backOff.next()]).toEqual([30, 30]);
  });

  it('is up to a quarter shorter by chance', () => {
    expect(createBackOff(undefined, () => 1).next()).toBe(37.5);
  });
});
