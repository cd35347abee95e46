import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  it.each([
    ['19700101000000', 0],
    ['20200229120000', Date.UTC(2020, 1, 29, 12)],
    ['20000229000000', Date.UTC(2000, 1, 29)],
    ['20161231235960', Date.UTC(2017, 0, 1)],
    ['20200101000000.1', Date.UTC(2020, 0, 1) + 100],
    ['20200101000000.123456', Date.UTC(2020, 0, 1) + 123],
    ['99991231235959', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('reads %s', (text, timeMs) => {
    expect(parseTimestamp(text)).toBe(timeMs);
  });

  it.each([
    '',
    '2020010100000',
    '202001010000000',
    '20200101000000.',
    '20200101000000x',
    ' 20200101000000',
    '20200101000000\n',
    '2020-01-01000000',
    '19691231235959',
    '00000101000000',
    '20200001000000',
    '20201301000000',
    '20200100000000',
    '20200132000000',
    '20200230000000',
    '20190229120000',
    '21000229000000',
    '20200431000000',
    '20200101240000',
    '20200101006000',
    '20200101000061',
  ])('takes %j for no time', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('is the inverse of formatTimestamp for whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(parseTimestamp(formatTimestamp(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});

describe('formatTimestamp', () => {
  it('cuts fractions of a second', () => {
    expect(formatTimestamp(Date.UTC(2020, 4, 6, 7, 8, 9, 999))).toBe('20200506070809');
    expect(formatTimestamp(-1)).toBe('19691231235959');
  });

  it('always has 14 digits', () => {
    for (const timeMs of [0, -1e15, 1e18, Number.NaN, Infinity, -Infinity, 0.5]) {
      expect(formatTimestamp(timeMs)).toMatch(/^\d{14}$/);
    }
  });
});
