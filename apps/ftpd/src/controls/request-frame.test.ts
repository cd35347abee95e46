import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFrame } from '../ftpdctl/exchange.ts';
import { maxRequestBytes, maxRequestWords, readRequest } from './request-frame.ts';
import { integer, withLength } from './word-bytes.ts';

/** As ftpdctl of ProFTPD 1.3.8 sent it. */
const recorded138 = Buffer.from(
  '00000000 03000000 03000000 62616e 04000000 75736572 08000000 7769726574657374'.replaceAll(' ', ''),
  'hex',
);
/** As ftpdctl of ProFTPD 1.3.9 sends it. */
const recorded139 = Buffer.concat([
  Buffer.from([46, 0, 0, 0]),
  Buffer.from('{"action":"ban","args":["user","wiretest"]}   '),
]);

const banRequest = { action: 'ban', args: ['user', 'wiretest'], wantsData: false };

const json = (text: string): Uint8Array => withLength(Buffer.from(text));
const words = (...all: readonly string[]): Uint8Array =>
  Buffer.concat([integer(0), integer(all.length), ...all.map((word) => withLength(Buffer.from(word)))]);

describe('a request', () => {
  it.each([
    ['1.3.8', recorded138, 'words'],
    ['1.3.9', recorded139, 'json'],
  ] as const)('of ProFTPD %s is read whole, byte by byte, and with bytes behind it', (_, bytes, form) => {
    const request = { kind: 'request', request: { form, ...banRequest } };
    expect(readRequest(bytes)).toEqual(request);
    for (let length = 0; length < bytes.length; length += 1)
      expect(readRequest(bytes.subarray(0, length))).toMatchObject({ kind: 'incomplete' });
    expect(readRequest(Buffer.concat([bytes, bytes]))).toEqual(request);
  });

  it.each([
    ['no words', words(), 'words', 'it has no action'],
    ['an empty action', words('', 'x'), 'words', 'it has no action'],
    [
      'too many words',
      Buffer.concat([integer(0), integer(maxRequestWords + 1)]),
      'words',
      `it has more than ${maxRequestWords} words`,
    ],
    [
      'all the words there can be',
      Buffer.concat([integer(0), integer(-1)]),
      'words',
      `it has more than ${maxRequestWords} words`,
    ],
    [
      'a word of 4 GiB',
      Buffer.concat([integer(0), integer(1), integer(-1)]),
      'words',
      `it is longer than ${maxRequestBytes} bytes`,
    ],
    ['a line break in a word', words('ban', 'user', 'a\nb'), 'words', 'a word holds a control character'],
    [
      'a NUL in a word',
      json('{"action":"ban","args":["\\u0000"]}'),
      'json',
      'a word holds a control character',
    ],
    ['a text that is no JSON', json('{"action":'), 'json', 'it is no JSON text'],
    ['bytes that are no UTF-8', withLength(Buffer.from([0x22, 0xff, 0x22])), 'json', 'it is no JSON text'],
    ['a JSON number', json('7'), 'json', 'it is no JSON object'],
    ['JSON null', json('null'), 'json', 'it is no JSON object'],
    ['no action', json('{"args":[]}'), 'json', "'action' is no text"],
    ['an action of its own kind', json('{"action":{}}'), 'json', "'action' is no text"],
    [
      'words that are no list',
      json('{"action":"ban","args":{"length":1}}'),
      'json',
      "'args' is no list of texts",
    ],
    ['words that are no texts', json('{"action":"ban","args":[1]}'), 'json', "'args' is no list of texts"],
    [
      'a longer text than is taken',
      integer(maxRequestBytes),
      'json',
      `it is longer than ${maxRequestBytes} bytes`,
    ],
    ['HTTP', Buffer.from('GET / HTTP/1.0\r\n\r\n'), 'json', `it is longer than ${maxRequestBytes} bytes`],
  ] as const)('with %s is none', (_, bytes, form, reason) => {
    expect(readRequest(bytes)).toEqual({ kind: 'bad', form, reason });
  });

  it('may leave args out, and empty words are passed over', () => {
    expect(readRequest(json('{"action":"help"}'))).toMatchObject({ request: { action: 'help', args: [] } });
    expect(readRequest(words('ban', '', 'user', ''))).toMatchObject({ request: { args: ['user'] } });
  });

  it('may ask for data, in JSON', () => {
    expect(readRequest(json('{"action":"help","data":true}'))).toMatchObject({
      request: { wantsData: true },
    });
    expect(readRequest(json('{"action":"help","data":"yes"}'))).toMatchObject({
      request: { wantsData: false },
    });
  });

  it('keeps the bytes of a word that is no UTF-8', () => {
    const frame = Buffer.concat([
      integer(0),
      integer(2),
      withLength(Buffer.from('ban')),
      withLength(Buffer.from([0xff])),
    ]);
    expect(readRequest(frame)).toMatchObject({ request: { args: ['\udcff'] } });
    for (const form of ['words', 'json'] as const) {
      const sent = requestFrame({ action: 'ban', args: ['\udcff'], wantsData: false }, form);
      expect(readRequest(sent)).toMatchObject({ request: { form, args: ['\udcff'] } });
    }
  });

  it('sent byte by byte is not read again for each byte', () => {
    const bytes = words('ban', 'user', ...Array.from({ length: 4000 }, () => 'x'));
    let wanted = 1;
    let readings = 0;
    for (let length = 1; length <= bytes.length; length += 1) {
      if (length < wanted) continue;
      readings += 1;
      const read = readRequest(bytes.subarray(0, length));
      if (read.kind === 'incomplete') wanted = read.atLeast;
      else expect(length).toBe(bytes.length);
      expect(wanted).toBeLessThanOrEqual(bytes.length);
    }
    expect(readings).toBeLessThan(20);
  });

  it('comes out of what ftpdctl sends, in both forms', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\0-\x1f\x7f]/u.test(text));
    fc.assert(
      fc.property(
        word,
        fc.array(word, { maxLength: 20 }),
        fc.constantFrom('words', 'json'),
        (action, args, form) => {
          const request = { action, args, wantsData: false };
          expect(readRequest(requestFrame(request, form))).toEqual({
            kind: 'request',
            request: { form, ...request },
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever comes', () => {
    const start = fc.constantFrom(
      [],
      [0, 0, 0, 0],
      [0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0],
      [9, 0, 0, 0],
      [2, 0, 0, 0, 123, 125],
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), (begin, rest) => {
        const read = readRequest(Buffer.concat([Buffer.from(begin), rest]));
        expect(['request', 'incomplete', 'bad']).toContain(read.kind);
      }),
      { numRuns: 2000 },
    );
  });
});
