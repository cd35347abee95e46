import { expect, it } from 'vitest';
import { createBackOff } from './back-off.ts';

it('doubles from 100 ms to 30 s, and begins again after a life of a minute', () => {
  const backOff = createBackOff();
  const delays = Array.from({ length: 11 }, () => backOff.next(10));
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  expect(backOff.next(59_999)).toBe(30_000);
  expect(backOff.next(60_000)).toBe(100);
});
