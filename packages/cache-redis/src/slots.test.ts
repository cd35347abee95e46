import { expect, test } from 'vitest';
import { slotOf } from './slots.ts';

test.each([
  ['123456789', 0x31c3],
  ['foo', 12_182],
  ['{user1000}.following', 3443],
  ['{user1000}.followers', 3443],
  ['user1000', 3443],
  // An empty tag is none, and only the first counts.
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['{bar', 4015],
  ['foo{bar}{zap}', 5061],
  ['bar', 5061],
])('%s belongs to slot %i', (key, slot) => {
  expect(slotOf(Buffer.from(key))).toBe(slot);
});

test('keys of any bytes have a slot', () => {
  expect(slotOf(Uint8Array.of(0))).toBe(0);
  expect(slotOf(Uint8Array.from({ length: 250 }, (_, at) => 255 - at))).toBeLessThan(16_384);
});
