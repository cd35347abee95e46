import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsRecord, RecordBoundary } from './record-boundary.ts';

const record = (length: number): Buffer =>
  Buffer.concat([Buffer.from([23, 3, 3, length >> 8, length & 255]), Buffer.alloc(length, 23)]);

/** The ends of records that are found when a stream comes in pieces. */
function endsOf(pieces: readonly Uint8Array[]): number[] {
  const boundary = new RecordBoundary();
  const ends: number[] = [];
  let offset = 0;
  for (const piece of pieces) {
    for (let used = 0; used < piece.length;) {
      const step = boundary.step(piece.subarray(used));
      used += step;
      offset += step;
      if (boundary.isBetween) ends.push(offset);
    }
  }
  return ends;
}

describe('RecordBoundary', () => {
  it('finds the ends of records, however they are cut', () => {
    const lengths = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 250, max: 16_640 })), { maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes, cuts) => {
        const stream = Buffer.concat(sizes.map((size) => record(size)));
        const pieces: Buffer[] = [];
        for (let at = 0, index = 0; at < stream.length; index++) {
          const cut = cuts[index % cuts.length]!;
          pieces.push(stream.subarray(at, at + cut));
          at += cut;
        }
        let end = 0;
        expect(endsOf(pieces)).toEqual(sizes.map((size) => (end += size + 5)));
      }),
      { numRuns: 60 },
    );
  });

  it('stops at the end of a record, with trailing data', () => {
    const boundary = new RecordBoundary();
    expect(boundary.step(Buffer.concat([record(2), Buffer.from('NOOP')]))).toBe(7);
    expect(boundary.isBetween).toBe(true);
  });

  it('knows a record without a body, and one that is not whole', () => {
    const boundary = new RecordBoundary();
    expect(boundary.step(record(0))).toBe(5);
    expect(boundary.isBetween).toBe(true);
    expect(boundary.step(record(9).subarray(0, 3))).toBe(3);
    expect(boundary.isBetween).toBe(false);
  });

  it('tells records from commands and Telnet', () => {
    expect([20, 21, 22, 23].map(beginsRecord)).toEqual([true, true, true, true]);
    expect([0, 10, 19, 24, 32, 65, 122, 255].some(beginsRecord)).toBe(false);
  });
});
