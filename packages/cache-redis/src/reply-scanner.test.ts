import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyScanner } from './reply-scanner.ts';

const scan = (...chunks: readonly (string | Uint8Array)[]): number => {
  const scanner = new ReplyScanner();
  for (const chunk of chunks) scanner.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return scanner.replies;
};

const replies: readonly (readonly [string, string])[] = [
  ['a status', '+OK\r\n'],
  ['an empty status', '+\r\n'],
  ['an error', '-ERR no\r\n'],
  ['a number', ':-12\r\n'],
  ['a string', '$5\r\na\r\nb\0\r\n'],
  ['an empty string', '$0\r\n\r\n'],
  ['nil', '$-1\r\n'],
  ['no list', '*-1\r\n'],
  ['an empty list', '*0\r\n'],
  ['a list of all', '*4\r\n$1\r\na\r\n$-1\r\n:1\r\n-ERR\r\n'],
  ['lists in lists', '*2\r\n*1\r\n*0\r\n*2\r\n:1\r\n:2\r\n'],
];

describe('counts', () => {
  test.each(replies)('%s as one reply, whole or byte by byte, only when it is complete', (_, reply) => {
    expect(scan(reply)).toBe(1);
    const bytes = Buffer.from(reply, 'latin1');
    expect(scan(...[...bytes].map((byte) => Uint8Array.of(byte)))).toBe(1);
    for (let length = 0; length < bytes.length; length += 1) expect(scan(bytes.subarray(0, length))).toBe(0);
    expect(scan(reply, '+O')).toBe(1);
  });

  test('any sequence of replies, however it is cut', () => {
    const reply = fc.letrec<{ reply: string }>((tie) => ({
      reply: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        fc.stringMatching(/^[a-zA-Z ]{0,20}$/).map((text) => `+${text}\r\n`),
        fc.maxSafeInteger().map((number) => `:${number}\r\n`),
        fc
          .uint8Array({ maxLength: 300 })
          .map((bytes) => `$${bytes.length}\r\n${Buffer.from(bytes).toString('latin1')}\r\n`),
        fc.array(tie('reply'), { maxLength: 4 }).map((items) => `*${items.length}\r\n${items.join('')}`),
      ),
    })).reply;
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 10 }), fc.array(fc.nat({ max: 2_000 })), (all, cuts) => {
        const bytes = Buffer.from(all.join(''), 'latin1');
        const ends = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        expect(scan(...ends.slice(1).map((end, at) => bytes.subarray(ends[at], end)))).toBe(all.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('refuses', () => {
  test.each([
    ['what is no reply', 'OK\r\n'],
    ['RESP 3, which was not agreed on', '%1\r\n'],
    ['a length with letters', '$1a\r\n'],
    ['a length without digits', '$\r\n'],
    ['a number without digits', ':-\r\n'],
    ['a negative length', '$-2\r\n'],
    ['a sign in the middle', ':1-2\r\n'],
    ['a length that is too long to count', '$00000000001\r\n'],
    ['a number beyond 64 bits', ':12345678901234567890\r\n'],
    ['a string that is longer than said', '$1\r\nab\r\n'],
    ['a line feed alone', '+OK\n'],
    ['a carriage return alone', '+OK\rX'],
    ['a string of gigabytes', '$4294967296\r\n'],
    ['a list of millions', '*4000000\r\n'],
    ['lists too deep', '*1\r\n'.repeat(10)],
    ['a line without end', `-${'x'.repeat(70_000)}`],
  ])('%s', (_, text) => {
    expect(() => scan(text)).toThrow(expect.objectContaining({ name: 'ReplyStreamError' }) as Error);
  });

  test('or counts any bytes, and never does anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(scan(bytes)).toBeLessThanOrEqual(bytes.length / 3);
        } catch (error) {
          expect((error as Error).name).toBe('ReplyStreamError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
