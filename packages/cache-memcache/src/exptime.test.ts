import type { Expiry } from '@ftpd/cache';
import { describe, expect, it } from 'vitest';
import { exptimeOf, isPast, needsServerTime } from './exptime.ts';

const days = 24 * 60 * 60;
const lasting = (ttlMs: number): Expiry => ({ atMs: 1_800_000_000_000 + ttlMs, isAbsolute: false, ttlMs });
const until = (atMs: number, nowMs = 1_800_000_000_000): Expiry => ({
  atMs,
  isAbsolute: true,
  ttlMs: atMs - nowMs,
});

describe('exptimeOf', () => {
  it('is 0 for what does not expire', () => {
    expect(exptimeOf(undefined)).toBe(0);
  });

  it.each([
    [1, 2],
    [1000, 2],
    [1001, 3],
    [(30 * days - 1) * 1000, 30 * days],
  ])('gives %i ms a second more, so that none ends early', (ttlMs, exptime) => {
    expect(needsServerTime(lasting(ttlMs))).toBe(false);
    expect(exptimeOf(lasting(ttlMs))).toBe(exptime);
  });

  it("counts from the server's own time what is too long for a duration", () => {
    const ttlMs = 30 * days * 1000;
    expect(needsServerTime(lasting(ttlMs))).toBe(true);
    expect(exptimeOf(lasting(ttlMs), 5_000_000)).toBe(5_000_000 + 30 * days + 1);
  });

  it('keeps an absolute time, rounded up to the second', () => {
    expect(needsServerTime(until(1_900_000_000_000))).toBe(false);
    expect(exptimeOf(until(1_900_000_000_000))).toBe(1_900_000_000);
    expect(exptimeOf(until(1_900_000_000_001))).toBe(1_900_000_001);
  });

  it('lets last for ever what ends beyond 32 bits', () => {
    expect(exptimeOf(until(8.64e15))).toBe(0);
    expect(exptimeOf(lasting(36_525 * days * 1000), 1_800_000_000)).toBe(0);
  });
});

describe('isPast', () => {
  it('knows times that have passed', () => {
    expect(isPast(until(1_800_000_000_000))).toBe(true);
    expect(isPast(until(1_800_000_000_001))).toBe(false);
    expect(isPast(lasting(1))).toBe(false);
    expect(isPast(undefined)).toBe(false);
  });
});
