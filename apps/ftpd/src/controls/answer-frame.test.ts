import fc from 'fast-check';
import type { ControlAnswer, ControlStatus } from '@ftpd/module';
import { describe, expect, it } from 'vitest';
import { maxAnswerBytes, readAnswer } from '../ftpdctl/answer.ts';
import { answerFrame } from './answer-frame.ts';
import { statusNumbers } from './statuses.ts';
import { integer, withLength } from './word-bytes.ts';

const inWords = { form: 'words', wantsData: false } as const;
const inJson = { form: 'json', wantsData: false } as const;

describe('an answer', () => {
  it('is as ProFTPD 1.3.8 sends it', () => {
    expect(answerFrame({ status: 'ok', lines: ['a', 'bc'] }, inWords)).toEqual(
      Buffer.from('00000000 02000000 01000000 61 02000000 6263'.replaceAll(' ', ''), 'hex'),
    );
  });

  it('is as ProFTPD 1.3.9 sends it', () => {
    const text = '{"status":0,"responses":["user wiretest banned"]}';
    expect(answerFrame({ status: 'ok', lines: ['user wiretest banned'], data: [1] }, inJson)).toEqual(
      Buffer.concat([Buffer.from([text.length, 0, 0, 0]), Buffer.from(text)]),
    );
  });

  it('has data for who asks for it', () => {
    const frame = answerFrame({ status: 'ok', lines: [], data: { a: [1] } }, { ...inJson, wantsData: true });
    expect(Buffer.from(frame.subarray(4)).toString()).toBe('{"status":0,"responses":[],"data":{"a":[1]}}');
  });

  it('is written on lines, whatever a name in it holds', () => {
    const { lines } = read(answerFrame({ status: 'ok', lines: ['a\nb\u001b[2J'] }, inWords));
    expect(lines).toEqual(['a\\x0ab\\x1b[2J']);
  });

  it('in words has no more lines than ProFTPD’s ftpdctl takes, and says so', () => {
    const lines = Array.from({ length: 1025 }, (_, index) => `line ${index}`);
    expect(read(answerFrame({ status: 'ok', lines: lines.slice(1) }, inWords)).lines).toEqual(lines.slice(1));
    const sent = read(answerFrame({ status: 'ok', lines }, inWords)).lines;
    expect(sent).toHaveLength(1024);
    expect(sent.slice(-2)).toEqual(['line 1022', '(2 more lines, which the ftpdctl of ftpd prints)']);
    expect(read(answerFrame({ status: 'ok', lines }, inJson)).lines).toEqual(lines);
  });

  it('in words has no longer lines than ProFTPD’s ftpdctl takes, nor half characters', () => {
    const [line] = read(answerFrame({ status: 'ok', lines: [`x${'é'.repeat(600)}`] }, inWords)).lines;
    expect(line).toBe(`x${'é'.repeat(511)}`);
    const [next] = read(answerFrame({ status: 'ok', lines: [`${'é'.repeat(600)}`] }, inWords)).lines;
    expect(next).toBe('é'.repeat(511));
  });

  it('comes out as it went in, byte by byte as well', () => {
    const status = fc.constantFrom(...(Object.keys(statusNumbers) as ControlStatus[]));
    const line = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((text) => !/\p{C}|\u2028|\u2029/u.test(text));
    const answers = fc.record({ status, lines: fc.array(line, { maxLength: 5 }) });
    fc.assert(
      fc.property(answers, fc.constantFrom(inWords, inJson), (answer: ControlAnswer, as) => {
        const frame = answerFrame(answer, as);
        expect(read(frame)).toMatchObject({ form: as.form, lines: answer.lines });
        if (answer.status !== 'failed') expect(read(frame).status).toBe(answer.status);
        for (let length = 0; length < frame.length; length += 1)
          expect(readAnswer(frame.subarray(0, length))).toMatchObject({ kind: 'incomplete' });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['access denied', 'access-denied'],
    ['unsupported action requested', 'unsupported'],
    ['missing parameters', 'wrong-parameters'],
    ['wrong number of parameters', 'wrong-parameters'],
    ["unknown ban action requested: 'foo'", 'wrong-parameters'],
    ['something else', 'failed'],
  ])('of ProFTPD 1.3.8 that says -1 and %j is %s', (line, status) => {
    expect(read(Buffer.concat([integer(-1), integer(1), withLength(Buffer.from(line))])).status).toBe(status);
  });

  it.each([
    ["no such control: 'nope'", 'not-found'],
    ["ban: unknown host 'x'", 'not-found'],
    ["unable to resolve 'x' to an IP address", 'not-found'],
    ["'lsctrl' control cannot be removed", 'not-permitted'],
    ['permit request unnecessary', 'ignored'],
    ['user bob banned', 'ok'],
  ])('of ProFTPD 1.3.8 that says 0 and %j is %s', (line, status) => {
    expect(read(Buffer.concat([integer(0), integer(1), withLength(Buffer.from(line))])).status).toBe(status);
  });

  it.each([
    ['a text that is no JSON', withLength(Buffer.from('{')), 'it is no JSON text'],
    ['a number', withLength(Buffer.from('12')), 'it is no JSON object'],
    ['no status', withLength(Buffer.from('{}')), 'it has no status'],
    [
      'lines that are none',
      withLength(Buffer.from('{"status":0,"responses":[1]}')),
      'its lines are no texts',
    ],
    ['a length that nobody has', integer(maxAnswerBytes + 1), 'it is too long'],
    ['too many lines', Buffer.concat([integer(0), integer(-1)]), 'it has too many lines'],
    ['a line without end', Buffer.concat([integer(0), integer(1), integer(-1)]), 'it is too long'],
  ])('with %s is none', (_, bytes, reason) => {
    expect(readAnswer(bytes)).toEqual({ kind: 'bad', reason });
  });

  it('never makes the client throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([], [0, 0, 0, 0], [255, 255, 255, 255, 1, 0, 0, 0], [4, 0, 0, 0]),
        fc.uint8Array({ maxLength: 100 }),
        (begin, rest) => {
          expect(['answer', 'incomplete', 'bad']).toContain(
            readAnswer(Buffer.concat([Buffer.from(begin), rest])).kind,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function read(frame: Uint8Array): Extract<ReturnType<typeof readAnswer>, { kind: 'answer' }>['answer'] {
  const found = readAnswer(frame);
  if (found.kind !== 'answer') throw new Error(JSON.stringify(found));
  return found.answer;
}
