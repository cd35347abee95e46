import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isInForce,
  keptUntilMs,
  liftedRecord,
  mergeRecords,
  permanentGuardMs,
  type BanRecord,
} from './ban-record.ts';
import { decodeRecords, encodeRecords, recordOfRow, rowOfRecord } from './record-text.ts';

/** Small numbers, so that records often agree in part. */
const record: fc.Arbitrary<BanRecord> = fc
  .record(
    {
      id: fc.constant('user:bob'),
      generation: fc.nat(2),
      isLifted: fc.boolean(),
      madeMs: fc.nat(3),
      endMs: fc.nat(4),
      guardMs: fc.nat(4),
      reason: fc.constantFrom('a', '\udce9'),
      message: fc.constantFrom('m', 'n'),
      by: fc.constantFrom('x', 'y'),
      where: fc.constant('node'),
      rule: fc.constant('rule'),
    },
    { requiredKeys: ['id', 'generation', 'isLifted', 'madeMs', 'guardMs', 'reason', 'by', 'where'] },
  )
  .map((whole) => whole as BanRecord);

describe('merging', () => {
  test('is the same in any order, any grouping, and however often', () => {
    fc.assert(
      fc.property(record, record, record, (a, b, c) => {
        expect(mergeRecords(a, b)).toEqual(mergeRecords(b, a));
        expect(mergeRecords(a, mergeRecords(b, c))).toEqual(mergeRecords(mergeRecords(a, b), c));
        expect(mergeRecords(a, a)).toEqual(a);
        const merged = mergeRecords(a, b);
        expect(mergeRecords(merged, a)).toEqual(merged);
        expect(mergeRecords(merged, b)).toEqual(merged);
      }),
      { numRuns: 1000 },
    );
  });

  test('lets no ban of an earlier generation in force, and no later end lose', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const merged = mergeRecords(a, b);
        expect(merged.generation).toBe(Math.max(a.generation, b.generation));
        if (a.generation === b.generation && isInForce(a, 2)) expect(isInForce(merged, 2)).toBe(true);
        if (a.generation < b.generation) expect(isInForce(merged, 2)).toBe(isInForce(b, 2));
        // Whatever lost can't come back once the winner was forgotten.
        for (const each of [a, b])
          if (each.endMs !== undefined && !each.isLifted)
            expect(keptUntilMs(merged)).toBeGreaterThanOrEqual(each.endMs);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a permit', () => {
  const banned: BanRecord = {
    id: 'user:bob',
    generation: 3,
    isLifted: false,
    madeMs: 10,
    endMs: 100,
    guardMs: 0,
    reason: 'why',
    by: 'rule',
    where: 'a',
  };
  const permit = { madeMs: 20, reason: '', by: 'root', where: 'b' };

  test('wins over the ban, is kept as long as that, and loses to the next ban', () => {
    const lifted = liftedRecord(banned, permit);
    expect(isInForce(mergeRecords(banned, lifted), 50)).toBe(false);
    expect(keptUntilMs(lifted)).toBe(100);
    const again = { ...banned, generation: lifted.generation, madeMs: 30, endMs: 40 };
    const merged = mergeRecords(mergeRecords(banned, lifted), again);
    expect(isInForce(merged, 35)).toBe(true);
    // Ended, it still guards against the first ban.
    expect(keptUntilMs(merged)).toBe(100);
    expect(isInForce(mergeRecords(merged, banned), 50)).toBe(false);
  });

  test('of a ban without an end is kept for 90 days', () => {
    const { endMs, ...permanent } = banned;
    expect(endMs).toBe(100);
    expect(keptUntilMs(liftedRecord(permanent, permit))).toBe(20 + permanentGuardMs);
  });
});

describe('records as text', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(decodeRecords(encodeRecords(records))).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });

  test('of another kind are left out, and nothing throws', () => {
    for (const text of ['', 'x', '{}', '[]', '["ftpd-bans-2"]', 'null'])
      expect(decodeRecords(Buffer.from(text))).toEqual([]);
    const good = rowOfRecord(
      liftedRecord(
        {
          id: 'user:x',
          generation: 0,
          isLifted: false,
          madeMs: 0,
          guardMs: 0,
          reason: '',
          by: '',
          where: '',
        },
        { madeMs: 1, reason: '', by: '', where: '' },
      ),
    );
    const bad = [null, 'host:999', -1, 1.5, 1e300, 'x'.repeat(501), {}, Number.NaN];
    for (const [index] of good.entries())
      for (const value of bad) {
        const row = good.map((field, at) => (at === index ? value : field));
        const isAllowed = (value === null && [4, 7, 10].includes(index)) || value === 'host:999';
        if (!isAllowed) expect(recordOfRow(row)).toBeUndefined();
      }
    expect(recordOfRow(good.map((field, at) => (at === 0 ? 'host:999' : field)))).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(recordOfRow(value)).toBeUndefined();
      }),
    );
  });
});
