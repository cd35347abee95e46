import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReply, ReplyFormatError } from './reply.ts';

const LIST = Buffer.from('211-Features:\r\n SIZE\r\n211-not the end\r\n2113 neither\r\n211 End\r\n');

describe('a reply', () => {
  test('of one line has its code and text', () => {
    expect(parseReply(Buffer.from('220 ready\r\n'))).toEqual({
      kind: 'reply',
      reply: { code: 220, lines: ['ready'], text: 'ready' },
      used: 11,
    });
  });

  test('of many lines ends at its code and a space', () => {
    expect(parseReply(LIST)).toMatchObject({
      kind: 'reply',
      reply: { code: 211, lines: ['Features:', ' SIZE', '211-not the end', '2113 neither', 'End'] },
      used: LIST.length,
    });
  });

  test('leaves what follows it alone', () => {
    expect(parseReply(Buffer.from('200 one\r\n200 two\r\n'))).toMatchObject({
      reply: { text: 'one' },
      used: 9,
    });
  });

  test('is incomplete at every byte before its end', () => {
    for (let length = 0; length < LIST.length; length += 1) {
      expect(parseReply(LIST.subarray(0, length))).toEqual({ kind: 'incomplete' });
    }
  });

  test('may follow an answer of Telnet', () => {
    expect(parseReply(Buffer.from([0xff, 0xfc, 1, 50]))).toMatchObject({ kind: 'telnet', used: 3 });
    expect(parseReply(Buffer.from([0xff, 0xfc]))).toEqual({ kind: 'incomplete' });
  });

  test.each([
    '200 bare LF\n',
    '2000 four digits\r\n',
    'no code\r\n',
    '200\r\n',
    '999 no such class\r\n',
    '\r\n',
  ])('%j is none', (text) => {
    expect(() => parseReply(Buffer.from(text))).toThrow(ReplyFormatError);
  });

  test('is read back as it was written, whatever its text', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line));
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 659 }).filter((code) => code % 100 < 60),
        text,
        (code, line) => {
          const bytes = Buffer.from(`${code} ${line}\r\n`);
          expect(parseReply(bytes)).toMatchObject({ reply: { code, text: line }, used: bytes.length });
        },
      ),
      { numRuns: 50 },
    );
  });
});
