import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRing, encodeRing } from './ring-record.ts';
import {
  advanceRing,
  isOpening,
  maxKeys,
  mergeRings,
  nameOf,
  newTicketKey,
  sealingKey,
  type RotationRules,
  type TicketKeyRing,
} from './ticket-key.ts';

const hour = 3_600_000;
const rules: RotationRules = { rotateMs: hour, generations: 3, leadMs: 10_000 };
const start = 1_700_000_000_000;

const advance = (ring: TicketKeyRing, nowMs: number): TicketKeyRing =>
  advanceRing(ring, nowMs, rules, randomBytes);

describe('a ring of ticket keys', () => {
  it('begins with a key that seals now and one that will seal next', () => {
    const ring = advance([], start);
    expect(ring.map(({ activeMs }) => activeMs)).toEqual([start, start + hour]);
    expect(new Set(ring.flatMap(({ name, hmac, aes }) => [name, hmac, aes].map(String))).size).toBe(6);
  });

  it('stays as it is until its next key seals, and then gets another one', () => {
    const ring = advance([], start);
    expect(advance(ring, start + hour - 1)).toEqual(ring);
    const later = advance(ring, start + hour);
    expect(later.map(({ activeMs }) => activeMs)).toEqual([start, start + hour, start + 2 * hour]);
  });

  it('has the sealing key and the two before it to open with, and the next one for clocks that are ahead', () => {
    let ring = advance([], start);
    for (let at = start; at <= start + 10 * hour; at += hour / 4) ring = advance(ring, at);
    const nowMs = start + 10 * hour;
    expect(ring.map(({ activeMs }) => (activeMs - nowMs) / hour)).toEqual([-2, -1, 0, 1]);
    expect(sealingKey(ring, nowMs)?.activeMs).toBe(nowMs);
    expect(ring.every((key) => isOpening(key, nowMs, rules))).toBe(true);
  });

  it('gives nodes that missed a rotation the time to hear of the new key', () => {
    const [only] = advance([], start);
    const ring = advance([only!], start + 1.5 * hour);
    expect(ring.map(({ activeMs }) => activeMs)).toEqual([start, start + 1.5 * hour + rules.leadMs]);
    expect(sealingKey(ring, start + 1.5 * hour)).toBe(ring[0]);
  });

  it('begins anew once nothing in it opens any more', () => {
    const ring = advance(advance([], start), start + 30 * hour);
    expect(ring.map(({ activeMs }) => activeMs)).toEqual([start + 30 * hour, start + 31 * hour]);
  });

  it('goes on although a clock that is far ahead has put its keys there', () => {
    const ring = mergeRings(advance([], start), [newTicketKey(start + 24 * hour, randomBytes)]);
    const later = advance(ring, start + hour);
    expect(later.map(({ activeMs }) => (activeMs - start) / hour)).toEqual([0, 1, 2, 24]);
    expect(sealingKey(later, start + hour)?.activeMs).toBe(start + hour);
  });

  it('is bounded, and loses the oldest first', () => {
    const many = Array.from({ length: 20 }, (_none, index) => newTicketKey(start + index, randomBytes));
    const merged = mergeRings(many.slice(10), many.slice(0, 10));
    expect(merged).toEqual(many.slice(-maxKeys));
    expect(mergeRings(merged, merged)).toEqual(merged);
  });

  it('seals with the first key before any has begun', () => {
    const ring = advance([], start);
    expect(sealingKey(ring, start - 1)).toBe(ring[0]);
    expect(sealingKey([], start)).toBeUndefined();
  });
});

describe('the record of a ring', () => {
  const ring = advance(advance([], start), start + hour);
  const record = encodeRing(ring);

  it('is read as it was written', () => {
    const read = decodeRing(record);
    expect(read?.map(({ activeMs }) => activeMs)).toEqual(ring.map(({ activeMs }) => activeMs));
    expect(read?.map(nameOf)).toEqual(ring.map(nameOf));
    expect(encodeRing(read!)).toEqual(record);
  });

  it('is none when it is cut, longer, empty, out of order, or has a key twice', () => {
    for (let length = 0; length < record.length; length++)
      expect(decodeRing(record.subarray(0, length))).toBeUndefined();
    expect(decodeRing(Buffer.concat([record, Buffer.of(0)]))).toBeUndefined();
    expect(decodeRing(Buffer.of(0))).toBeUndefined();
    expect(decodeRing(encodeRing(ring.toReversed()))).toBeUndefined();
    expect(decodeRing(encodeRing([ring[0]!, ring[0]!]))).toBeUndefined();
  });

  it('has at the most so many keys, and times that are some', () => {
    const keys = Array.from({ length: maxKeys + 1 }, () => newTicketKey(start, randomBytes));
    expect(decodeRing(encodeRing(keys.slice(1)))).toHaveLength(maxKeys);
    expect(decodeRing(encodeRing(keys))).toBeUndefined();
    const late = Buffer.from(record);
    late.fill(0xff, late.length - 8);
    expect(decodeRing(late)).toBeUndefined();
  });

  it('reads anything without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const read = decodeRing(bytes);
        return read === undefined || Buffer.from(encodeRing(read)).equals(bytes);
      }),
    );
  });
});
