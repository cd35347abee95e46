import type { Refusal } from '@ftpd/auth';

/** What shadow(5) says of a password's age. Days since 1970-01-01, UTC; negative or absent: the field is empty. */
export interface PasswordAge {
  readonly lastChangeDay?: number;
  /** Days that a password is valid. */
  readonly maxDays?: number;
  /** Days after that during which it may still be used. */
  readonly inactiveDays?: number;
  readonly expireDay?: number;
}

const dayMs = 86_400_000;

const isSet = (days: number | undefined): days is number => days !== undefined && days > 0;

/**
 * Whether an account may be used on a day, by the rules of ProFTPD's mod_auth_unix: a password counts as too old only
 * where an inactivity period is set and over as well; `0` in any field is as good as empty, so that a password which
 * must be changed at the next login (last change 0) still opens one.
 * @returns undefined if it may.
 */
export function agingRefusal(age: PasswordAge, nowMs: number): Refusal | undefined {
  const { lastChangeDay, maxDays, inactiveDays, expireDay } = age;
  const isAfter = (day: number): boolean => nowMs > day * dayMs;
  if (isSet(lastChangeDay) && isSet(maxDays) && isSet(inactiveDays)) {
    if (isAfter(lastChangeDay + maxDays + inactiveDays)) return 'password-expired';
  }
  return isSet(expireDay) && isAfter(expireDay) ? 'account-expired' : undefined;
}
