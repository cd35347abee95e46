import { describe, expect, it } from 'vitest';
import { agingRefusal } from './shadow-rules.ts';

const dayMs = 86_400_000;
const today = 20_000;
const noon = today * dayMs + dayMs / 2;

describe('the age of a password', () => {
  it('does not matter where nothing is set, or 0', () => {
    expect(agingRefusal({}, noon)).toBeUndefined();
    expect(
      agingRefusal({ lastChangeDay: -1, maxDays: -1, inactiveDays: -1, expireDay: -1 }, noon),
    ).toBeUndefined();
    expect(agingRefusal({ expireDay: 0 }, noon)).toBeUndefined();
    expect(agingRefusal({ lastChangeDay: 0, maxDays: 99_999 }, noon)).toBeUndefined();
  });

  it('ends the account from the day of its expiry on', () => {
    expect(agingRefusal({ expireDay: today + 1 }, noon)).toBeUndefined();
    expect(agingRefusal({ expireDay: today }, noon)).toBe('account-expired');
    expect(agingRefusal({ expireDay: 1 }, noon)).toBe('account-expired');
  });

  it('refuses an old password only when its period of inactivity is set and over', () => {
    const old = { lastChangeDay: today - 40, maxDays: 30 };
    expect(agingRefusal(old, noon)).toBeUndefined();
    expect(agingRefusal({ ...old, inactiveDays: 0 }, noon)).toBeUndefined();
    expect(agingRefusal({ ...old, inactiveDays: 11 }, noon)).toBeUndefined();
    expect(agingRefusal({ ...old, inactiveDays: 10 }, noon)).toBe('password-expired');
    expect(agingRefusal({ ...old, inactiveDays: 9 }, noon)).toBe('password-expired');
  });
});
