import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, encodeName, nameBytes } from './name-codec.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('decodeName', () => {
  it('gives UTF-8 as it is', () => {
    expect(decodeName(Buffer.from('grüße 😀'))).toBe('grüße 😀');
  });

  it('keeps a byte order mark', () => {
    expect(decodeName(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it.each([
    ['a lone continuation byte', bytes(0x61, 0x80, 0x62), 'a\udc80b'],
    ['a Latin-1 letter', bytes(0xe9, 0x74, 0xe9), '\udce9t\udce9'],
    ['a sequence cut at the end', bytes(0x61, 0xe2, 0x82), 'a\udce2\udc82'],
    ['a sequence cut by another', bytes(0xe2, 0x82, 0xc3, 0xa9), '\udce2\udc82é'],
    ['an overlong slash', bytes(0xc0, 0xaf), '\udcc0\udcaf'],
    ['an encoded surrogate', bytes(0xed, 0xa0, 0x80), '\udced\udca0\udc80'],
    ['a code point above U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80), '\udcf4\udc90\udc80\udc80'],
    ['0xff and 0xfe', bytes(0xff, 0xfe), '\udcff\udcfe'],
  ])('escapes each byte of %s', (_, input, text) => {
    expect(decodeName(input)).toBe(text);
    expect(encodeName(text)).toEqual(Buffer.from(input));
  });

  it('reads a view into a larger buffer, not the buffer', () => {
    expect(decodeName(Buffer.from('xxé\xffxx', 'latin1').subarray(2, 4))).toBe('\udce9\udcff');
  });
});

describe('encodeName', () => {
  it('gives back every byte string', () => {
    const valid = fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text));
    const parts = fc.array(fc.oneof(fc.uint8Array({ maxLength: 8 }), valid), { maxLength: 6 });
    fc.assert(
      fc.property(parts, (chunks) => {
        const input = Buffer.concat(chunks);
        const text = decodeName(input);
        expect(Buffer.from(encodeName(text)).equals(input)).toBe(true);
        expect(nameBytes(text)).toBe(input.length);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back every pair of bytes', () => {
    const changed: Buffer[] = [];
    for (let pair = 0; pair < 0x10000; pair += 1) {
      const input = Buffer.of(pair >> 8, pair & 0xff);
      if (!input.equals(encodeName(decodeName(input)))) changed.push(input);
    }
    expect(changed).toEqual([]);
  });

  it('makes U+FFFD of surrogates that stand for no byte', () => {
    expect(decodeName(encodeName('a\ud800b\udc7fc\udfffd'))).toBe('a\ufffdb\ufffdc\ufffdd');
  });

  it('keeps a surrogate pair beside an escaped byte', () => {
    expect(Buffer.from(encodeName('😀\udcff😀'))).toEqual(
      Buffer.concat([Buffer.from('😀'), Buffer.of(0xff), Buffer.from('😀')]),
    );
  });
});
