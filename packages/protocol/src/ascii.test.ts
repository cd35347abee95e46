import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsciiDecoder, AsciiEncoder } from './ascii.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const latin1 = (data: Uint8Array): string => Buffer.from(data).toString('latin1');

function encoded(chunks: readonly Uint8Array[]): string {
  const encoder = new AsciiEncoder();
  return chunks
    .map((chunk) => {
      const target = new Uint8Array(chunk.length * 2);
      return latin1(target.subarray(0, encoder.encode(chunk, target)));
    })
    .join('');
}

function decoded(chunks: readonly Uint8Array[]): string {
  const decoder = new AsciiDecoder();
  const parts = chunks.map((chunk) => {
    const target = new Uint8Array(chunk.length + 1);
    return latin1(target.subarray(0, decoder.decode(chunk, target)));
  });
  const end = new Uint8Array(1);
  return [...parts, latin1(end.subarray(0, decoder.flush(end)))].join('');
}

const singly = (text: string): readonly Uint8Array[] =>
  Array.from(bytes(text), (byte) => Uint8Array.of(byte));

/** Chunks that are likely to be cut between CR and LF, with some long runs. */
const chunks = fc.array(
  fc
    .array(fc.oneof(fc.constantFrom('\r', '\n', '\r\n', 'a'), fc.constant('x'.repeat(100))), { maxLength: 8 })
    .map((parts) => parts.join('')),
  { maxLength: 6 },
);

// Measured on ProFTPD 1.3.8.
describe('AsciiEncoder', () => {
  it.each([
    ['a\nb', 'a\r\nb'],
    ['a\r\nb', 'a\r\nb'],
    ['c\rd', 'c\rd'],
    ['\n\n', '\r\n\r\n'],
    ['\r\r\n', '\r\r\n'],
    ['e\r', 'e\r'],
    ['', ''],
    [`${'z'.repeat(16_383)}\r\n${'q'.repeat(10)}`, `${'z'.repeat(16_383)}\r\n${'q'.repeat(10)}`],
  ])('%# sends %j', (text, sent) => {
    expect(encoded([bytes(text)])).toBe(sent);
    expect(encoded(singly(text))).toBe(sent);
  });

  it('sends the same however the file is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const sent = encoded(parts.map(bytes));
        expect(sent).toBe(encoded([bytes(parts.join(''))]));
        expect(sent).toBe(parts.join('').replace(/(?<!\r)\n/g, '\r\n'));
      }),
    );
  });

  it('asks for a target that always suffices', () => {
    expect(() => new AsciiEncoder().encode(bytes('ab'), new Uint8Array(3))).toThrow(RangeError);
  });
});

describe('AsciiDecoder', () => {
  it.each([
    ['a\r\nb', 'a\nb'],
    ['b\n\rc', 'b\n\rc'],
    ['c\r\r\nd', 'c\r\nd'],
    ['d\re', 'd\re'],
    ['x\r', 'x\r'],
    ['x\r\0y', 'x\r\0y'],
    ['\r\n\r\n\r', '\n\n\r'],
    ['', ''],
  ])('%# stores %j', (text, stored) => {
    expect(decoded([bytes(text)])).toBe(stored);
    expect(decoded(singly(text))).toBe(stored);
  });

  it('stores the same however the stream is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        expect(decoded(parts.map(bytes))).toBe(parts.join('').replaceAll('\r\n', '\n'));
      }),
    );
  });

  it('gives back what the encoder sent, for files without CR', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const text = parts.join('').replaceAll('\r', '');
        expect(decoded([bytes(encoded([bytes(text)]))])).toBe(text);
      }),
    );
  });

  it('asks for a target that always suffices', () => {
    expect(() => new AsciiDecoder().decode(bytes('ab'), new Uint8Array(2))).toThrow(RangeError);
  });
});
