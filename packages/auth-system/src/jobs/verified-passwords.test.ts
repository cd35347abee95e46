import { expect, it } from 'vitest';
import { rememberingMatches } from './verified-passwords.ts';

const password = Buffer.from('pw');

it('asks once for a password that matched, until a minute is over', () => {
  let asked = 0;
  let nowMs = 0;
  const check = (): boolean =>
    rememberingMatches(
      password,
      '$6$once',
      () => (asked += 1) > 0,
      () => nowMs,
    );
  expect([check(), check()]).toEqual([true, true]);
  expect(asked).toBe(1);
  nowMs = 60_000;
  expect(check()).toBe(true);
  expect(asked).toBe(2);
});

it('asks again after a mismatch, and for another hash or password', () => {
  const yes = (): boolean => true;
  const no = (): boolean => false;
  expect(rememberingMatches(password, '$6$a', no)).toBe(false);
  expect(rememberingMatches(password, '$6$a', yes)).toBe(true);
  expect(rememberingMatches(password, '$6$b', no)).toBe(false);
  expect(rememberingMatches(Buffer.from('px'), '$6$a', no)).toBe(false);
  expect(rememberingMatches(password, '$6$a', no)).toBe(true);
});

it('keeps the records of a thousand', () => {
  for (let at = 0; at <= 1000; at += 1) rememberingMatches(password, `$6$many${at}`, () => true);
  expect(rememberingMatches(password, '$6$many0', () => false)).toBe(false);
  expect(rememberingMatches(password, '$6$many1000', () => false)).toBe(true);
});
