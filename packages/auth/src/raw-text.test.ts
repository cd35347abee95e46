import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRaw, encodeRaw } from './raw-text.ts';

it.each([
  [[0x61, 0xc3, 0xa9], 'aé'],
  [[0xe9, 0x61], '\udce9a'],
  [[0xc3], '\udcc3'],
  [[0xed, 0xb2, 0x80], '\udced\udcb2\udc80'],
  [[0xf0, 0x9f, 0x98, 0x80, 0xff], '😀\udcff'],
  [[0xf5, 0x80, 0x80, 0x80], '\udcf5\udc80\udc80\udc80'],
  [[], ''],
])('the bytes %j are the text %j', (bytes, text) => {
  expect(decodeRaw(Uint8Array.from(bytes))).toBe(text);
});

it('text from bytes gives the same bytes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect([...encodeRaw(decodeRaw(bytes))]).toEqual([...bytes]);
    }),
  );
});
