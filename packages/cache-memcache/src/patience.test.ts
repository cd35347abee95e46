import { describe, expect, it } from 'vitest';
import { isSilent, nextLookMs, patienceOf } from './patience.ts';

describe('patienceOf', () => {
  it('is what the caller has left, within bounds', () => {
    expect(patienceOf({ deadlineAtMs: 1300 }, 1000, 500)).toBe(300);
    expect(patienceOf({ deadlineAtMs: 9000 }, 1000, 500)).toBe(500);
    expect(patienceOf({ deadlineAtMs: 1001 }, 1000, 500)).toBe(100);
    expect(patienceOf({ deadlineAtMs: 1001 }, 1000, 50)).toBe(50);
  });

  it('is longer for a large request', () => {
    expect(patienceOf({ deadlineAtMs: 9000 }, 1000, 500, 1_000_000)).toBe(1500);
    expect(patienceOf({ deadlineAtMs: 2000 }, 1000, 500, 1_000_000)).toBe(1000);
  });
});

describe('isSilent', () => {
  const waiter = { sentAtMs: 1000, patienceMs: 500 };

  it('counts from the request, or from what the server did since', () => {
    expect(isSilent(waiter, 0, 1499)).toBe(false);
    expect(isSilent(waiter, 0, 1500)).toBe(true);
    expect(isSilent(waiter, 1400, 1899)).toBe(false);
    expect(isSilent(waiter, 1400, 1900)).toBe(true);
  });

  it('gives up an answer that is overdue however busy the server is', () => {
    expect(isSilent(waiter, 10_999, 11_000)).toBe(true);
  });

  it('names the time to look again', () => {
    expect(nextLookMs([waiter, { sentAtMs: 1100, patienceMs: 100 }], 0)).toBe(1200);
    expect(nextLookMs([], 0)).toBe(Infinity);
  });
});
