import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { parseCommandLine } from './command-line.ts';

/** Any UTF-16, lone surrogates included: names that are not UTF-8 are made of them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

function replyTo(line: string): string {
  try {
    parseCommandLine(line);
    return 'accepted';
  } catch (error) {
    return isProtocolError(error) ? `${error.code} ${error.reply.code}` : String(error);
  }
}

describe('parseCommandLine', () => {
  it.each([
    ['NOOP', 'NOOP', ''],
    ['NoOp', 'NOOP', ''],
    ['NOOP ', 'NOOP', ''],
    ['NOOP\tx', 'NOOP', 'x'],
    ['CWD home', 'CWD', 'home'],
    ['CWD  lead', 'CWD', ' lead'],
    ['CWD trail ', 'CWD', 'trail '],
    ['MKD tab\t', 'MKD', 'tab\t'],
    ['CWD x\ny', 'CWD', 'x\ny'],
    ['caf\u00e9 x', 'CAF\u00e9', 'x'],
    ['stra\u00dfe', 'STRA\u00dfE', ''],
    ['N\udce9OP', 'N\udce9OP', ''],
  ])('cuts %j into %j and %j', (line, verb, argument) => {
    expect(parseCommandLine(line)).toEqual({ verb, argument });
  });

  it.each(['', ' ', ' NOOP', '\tNOOP', '\nNOOP', '\r'])(
    'answers 500 to %j, which starts without a verb',
    (line) => {
      expect(replyTo(line)).toBe('PROTO_COMMAND_INVALID 500');
    },
  );

  it.each(['NO\0OP', 'MKD a\0b', '\0'])('refuses the NUL in %j', (line) => {
    expect(replyTo(line)).toBe('PROTO_NUL_BYTE 501');
  });

  it('loses nothing but the one blank, whatever the line', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{1,8}$/), anyText, (verb, argument) => {
        fc.pre(!argument.includes('\0'));
        expect(parseCommandLine(`${verb} ${argument}`)).toEqual({ verb, argument });
      }),
    );
  });

  it('accepts or refuses any text with a reply, and nothing else', () => {
    fc.assert(
      fc.property(anyText, (line) => {
        expect(replyTo(line)).toMatch(/^(?:accepted|PROTO_NUL_BYTE 501|PROTO_COMMAND_INVALID 500)$/);
      }),
    );
  });
});
