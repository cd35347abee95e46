import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createTplCodec, type TplByteOrder } from './codec.ts';
import { isTplError, type TplErrorCode } from './errors.ts';
import type { TplValues } from './format.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function codeOf(act: () => unknown): TplErrorCode | 'none' {
  try {
    act();
    return 'none';
  } catch (error) {
    if (isTplError(error)) return error.code;
    throw error;
  }
}

const everything = createTplCodec('S(cjviuIUfsBc#c#)', { counts: [3, 1] });
const everyValue: TplValues<'S(cjviuIUfsBc#c#)'> = [
  255,
  -32_768,
  65_535,
  -(2 ** 31),
  2 ** 32 - 1,
  -(2n ** 63n),
  2n ** 64n - 1n,
  -0.5,
  bytes('ä'),
  Uint8Array.of(0, 1, 0),
  Uint8Array.of(1, 2, 3),
  Uint8Array.of(0),
];

test('a format gives the types of its values', () => {
  expectTypeOf<TplValues<'vs'>>().toEqualTypeOf<readonly [number, Uint8Array | null]>();
  expectTypeOf<TplValues<'S(uic#)'>>().toEqualTypeOf<readonly [number, number, Uint8Array]>();
  expectTypeOf<TplValues<'S(UB)'>>().toEqualTypeOf<readonly [bigint, Uint8Array]>();
});

describe('an image', () => {
  test('is laid out without gaps, numbers in the order of the writer', () => {
    const codec = createTplCodec('vs');
    const little = hex('74706c02 1a000000 767300 0200 0a000000 3132372e302e302e31');
    const big = hex('74706c03 0000001a 767300 0002 0000000a 3132372e302e302e31');
    expect(codec.encode([2, bytes('127.0.0.1')])).toEqual(little);
    expect(codec.encode([2, bytes('127.0.0.1')], 'big')).toEqual(big);
    for (const image of [little, big]) expect(codec.decode(image)).toEqual([2, bytes('127.0.0.1')]);
  });

  test('has the lengths of its arrays behind the format, and no flag for strings where there are none', () => {
    const codec = createTplCodec('S(uic#)', { counts: [4] });
    const image = hex('74706c00 20000000 53287569632329 00 04000000 e3ae026b 02000000 30000000');
    expect(codec.encode([0x6b02aee3, 2, Uint8Array.of(0x30, 0, 0, 0)])).toEqual(image);
    expect(codec.decode(image)).toEqual([0x6b02aee3, 2, Uint8Array.of(0x30, 0, 0, 0)]);
  });

  test('tells no string from an empty one', () => {
    const codec = createTplCodec('ss');
    const image = codec.encode([null, bytes('')]);
    expect(image).toEqual(hex('74706c02 13000000 737300 00000000 01000000'));
    expect(codec.decode(image)).toEqual([null, bytes('')]);
  });

  test('of an old writer has strings of their own length', () => {
    expect(createTplCodec('s').decode(hex('74706c00 10000000 7300 02000000 6f6b'))).toEqual([bytes('ok')]);
  });

  test.each<TplByteOrder>(['little', 'big'])('of every type comes back, %s end first', (byteOrder) => {
    expect(everything.decode(everything.encode(everyValue, byteOrder))).toEqual(everyValue);
  });

  test('of any values comes back', () => {
    const text = fc.uint8Array({ min: 1, maxLength: 300 });
    const values = fc.tuple(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: -32_768, max: 32_767 }),
      fc.integer({ min: 0, max: 65_535 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.double(),
      fc.option(text),
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: 3, maxLength: 3 }),
      fc.uint8Array({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(values, fc.constantFrom('little', 'big'), (given, byteOrder) => {
        expect(everything.decode(everything.encode(given, byteOrder))).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  test('gives copies: neither side sees what the other writes later', () => {
    const codec = createTplCodec('B');
    const value = bytes('abc');
    const image = codec.encode([value]);
    value.fill(0);
    const [read] = codec.decode(image);
    image.fill(0);
    expect(read).toEqual(bytes('abc'));
  });

  test('is read from the middle of a larger buffer', () => {
    const image = createTplCodec('u').encode([7]);
    const around = Uint8Array.from([9, 9, 9, ...image, 9]);
    expect(createTplCodec('u').decode(around.subarray(3, 3 + image.length))).toEqual([7]);
  });
});

describe('refused is', () => {
  const image = everything.encode(everyValue);

  test('an image that is cut anywhere', () => {
    for (let length = 0; length < image.length; length += 1)
      expect(codeOf(() => everything.decode(image.subarray(0, length)))).toBe(
        length < 3 ? 'TPL_NOT_AN_IMAGE' : 'TPL_BAD_LENGTH',
      );
  });

  test('an image with something behind it', () => {
    expect(codeOf(() => everything.decode(Uint8Array.from([...image, 0])))).toBe('TPL_BAD_LENGTH');
  });

  test.each<[TplErrorCode, string, string]>([
    ['TPL_NOT_AN_IMAGE', 'other first bytes', '74706d02 0b000000 7600 0100'],
    ['TPL_NOT_AN_IMAGE', 'an unknown flag', '74706c06 0c000000 7600 0100'],
    ['TPL_BAD_LENGTH', 'a length of its own', '74706c02 ffffffff 7600 0100'],
    ['TPL_OTHER_FORMAT', 'another format', '74706c02 0c000000 6a00 0100'],
    ['TPL_OTHER_FORMAT', 'a format that goes on', '74706c02 0d000000 766a00 0100'],
    ['TPL_OTHER_FORMAT', 'a format without end', '74706c02 09000000 76'],
    ['TPL_CUT', 'a value that is cut', '74706c02 0b000000 7600 01'],
    ['TPL_TRAILING', 'a value too many', '74706c02 0d000000 7600 0100 00'],
  ])('%s: %s', (code, _, image_) => {
    expect(codeOf(() => createTplCodec('v').decode(hex(image_)))).toBe(code);
  });

  test.each<[TplErrorCode, string, string]>([
    ['TPL_CUT', 'a length that is cut', '74706c02 0c000000 7300 0200'],
    ['TPL_CUT', 'a string that goes beyond the end', '74706c02 10000000 7300 04000000 6f6b'],
    ['TPL_CUT', 'a string of gigabytes', '74706c02 10000000 7300 ffffffff 6f6b'],
    ['TPL_BAD_STRING', 'a string with a NUL', '74706c02 10000000 7300 03000000 6f00'],
  ])('%s: %s', (code, _, image_) => {
    expect(codeOf(() => createTplCodec('s').decode(hex(image_)))).toBe(code);
  });

  test.each<[TplErrorCode, string, string]>([
    ['TPL_OTHER_COUNT', 'an array of another length', '74706c00 13000000 632300 03000000 61626300'],
    ['TPL_CUT', 'an array without its length', '74706c00 0b000000 632300'],
    ['TPL_CUT', 'an array that is cut', '74706c00 11000000 632300 04000000 6162'],
  ])('%s: %s', (code, _, image_) => {
    expect(codeOf(() => createTplCodec('c#', { counts: [4] }).decode(hex(image_)))).toBe(code);
  });

  test('an image that is longer than allowed', () => {
    const codec = createTplCodec('B', { maxBytes: 100 });
    expect(codeOf(() => codec.encode([new Uint8Array(86)]))).toBe('none');
    expect(codeOf(() => codec.encode([new Uint8Array(87)]))).toBe('TPL_TOO_LONG');
    expect(codeOf(() => codec.decode(createTplCodec('B').encode([new Uint8Array(87)])))).toBe('TPL_TOO_LONG');
  });

  test.each<[string, readonly number[]]>([
    ['', []],
    ['x', []],
    ['S()', []],
    ['S(u', []],
    ['S(S(u))', []],
    ['A(u)', []],
    ['u#', [1]],
    ['c#', []],
    ['c#', [0]],
    ['c#', [1.5]],
    ['u', [1]],
    ['u'.repeat(257), []],
  ])('the format %j with counts %j', (format, counts) => {
    expect(codeOf(() => createTplCodec(format, { counts }))).toBe('TPL_BAD_FORMAT');
  });

  test.each<[string, readonly unknown[]]>([
    ['c', [256]],
    ['j', [32_768]],
    ['v', [-1]],
    ['i', [2 ** 31]],
    ['u', [0.5]],
    ['u', ['1']],
    ['I', [1]],
    ['U', [1]],
    ['f', ['1']],
    ['s', [Uint8Array.of(1, 0)]],
    ['s', ['text']],
    ['B', [null]],
    ['u', []],
    ['u', [1, 2]],
  ])('the value of %s in %j', (format, values) => {
    expect(codeOf(() => createTplCodec(format).encode(values as TplValues<string>))).toBe('TPL_BAD_VALUE');
  });

  test('a number beyond 64 bits', () => {
    expect(codeOf(() => createTplCodec('U').encode([-1n]))).toBe('TPL_BAD_VALUE');
    expect(codeOf(() => createTplCodec('I').encode([2n ** 63n]))).toBe('TPL_BAD_VALUE');
  });

  test('an array that has not the length of the format', () => {
    expect(codeOf(() => createTplCodec('c#', { counts: [2] }).encode([new Uint8Array(3)]))).toBe(
      'TPL_BAD_VALUE',
    );
  });
});
