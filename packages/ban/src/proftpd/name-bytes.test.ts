import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfName, nameOfBytes } from './name-bytes.ts';

test('any bytes come back from their text, and UTF-8 is read as such', () => {
  const telling = fc
    .uint8Array({ max: 255, maxLength: 12 })
    .map((bytes) => Buffer.concat([Buffer.from('é€😀'), bytes]));
  fc.assert(
    fc.property(telling, (bytes) => {
      const text = nameOfBytes(bytes);
      expect(text.startsWith('é€😀')).toBe(true);
      expect(Buffer.from(bytesOfName(text) ?? []).equals(bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a byte that is no UTF-8 is a lone surrogate, and another lone surrogate is no byte', () => {
  expect(nameOfBytes(Uint8Array.of(0x61, 0xe9, 0x62))).toBe('a\udce9b');
  expect(bytesOfName('\ud800')).toBeUndefined();
  expect(bytesOfName('\udc41')).toBeUndefined();
});
