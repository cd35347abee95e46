import { describe, expect, it } from 'vitest';
import {
  keywords,
  limitWithMessage,
  many,
  noArguments,
  offOr,
  one,
  oneAndMaybe,
  pair,
  type ArgumentsParser,
} from './arguments.ts';
import { matchesNames, parseNameExpression } from './expression.ts';
import { regularExpression } from './regex.ts';
import { faultOf, type DirectiveSite } from './row.ts';
import * as values from './values.ts';

function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return `! ${faultOf(error)?.sentence ?? String(error)}`;
  }
}

describe('values', () => {
  it.each([
    ['ON', true],
    ['Yes', true],
    ['TRUE', true],
    ['1', true],
    ['0', false],
    ['No', false],
    ['off', false],
    ['y', '! expected Boolean parameter'],
    ['enable', '! expected Boolean parameter'],
    ['', '! expected Boolean parameter'],
  ])('boolean %j: %j', (text, expected) => {
    expect(outcome(() => values.boolean(text))).toBe(expected);
  });

  it.each([
    ['0', 0],
    ['300', 300],
    ['5m', 300],
    ['5M', 300],
    ['1h', 3600],
    ['10s', 10],
    ['10sec', 10],
    ['10min', 600],
    ['1hr', 3600],
    ['2hours', 7200],
    ['01:30:00', 5400],
    ['5 min', 300],
    ['300seconds', 300],
    ['+5', 5],
    ['07', 7],
  ])('duration %j: %i seconds', (text, seconds) => {
    expect(values.durationMs(text)).toBe(seconds * 1000);
  });

  it.each(['1d', '1:30', '-1', '1.5', '0x10', '', 'm', '5mm'])('duration %j is refused', (text) => {
    expect(outcome(() => values.durationMs(text))).toBe(
      `! error parsing timeout value '${text}': Invalid argument`,
    );
  });

  it.each([
    ['512', 512],
    ['1 Kb', 1024],
    ['1KB', 1024],
    ['5 mb', 5 * 2 ** 20],
    ['1 Gb', 2 ** 30],
    ['1 Tb', 2 ** 40],
    ['1 B', 1],
  ])('size %j: %i bytes', (text, bytes) => {
    expect(values.sizeBytes(text)).toBe(bytes);
  });

  it.each(['5 xb', '1.5 Gb', '-1 Kb', '9999999999999 Gb', 'Kb'])('size %j is refused', (text) => {
    expect(outcome(() => values.sizeBytes(text))).toBe(`! unable to parse: ${text}: Invalid argument`);
  });

  it.each([
    ['0', 0],
    ['022', 0o22],
    ['0222', 0o222],
    ['07777', 0o7777],
    ['8', "! '8' is not a valid umask"],
    ['0o22', "! '0o22' is not a valid umask"],
    ['77777', "! '77777' is not a valid umask"],
  ])('umask %j: %j', (text, expected) => {
    expect(outcome(() => values.octalMode()(text))).toBe(expected);
  });

  it.each([
    ['none', undefined],
    ['NONE', undefined],
    ['5', 5],
    ['0', "! parameter must be 'none' or a number greater than 0"],
    ['-1', "! parameter must be 'none' or a number greater than 0"],
    ['5x', "! parameter must be 'none' or a number greater than 0"],
  ])('limit %j: %j', (text, expected) => {
    expect(outcome(() => values.limit(text))).toBe(expected);
  });

  it.each([
    [() => values.port('65536'), "! value must be between 0 and 65535, not '65536'"],
    [() => values.port('21'), 21],
    [() => values.integer(1)('0'), "! must be a number of at least 1, not '0'"],
    [() => values.integer(0)('5x'), "! must be a number of at least 0, not '5x'"],
    [() => values.oneOf('standalone', 'inetd')('INETD'), 'inetd'],
    [() => values.oneOf('standalone', 'inetd')('x'), "! must be one of 'standalone', 'inetd', not 'x'"],
    [() => values.noneOr(values.port)('None'), undefined],
    [() => values.absolutePath('/x'), '/x'],
    [() => values.absolutePath('x'), '! must be an absolute path'],
    [() => values.homePath('~bob/x'), '~bob/x'],
    [() => values.homePath('x'), "! 'x' is not an absolute path"],
    [() => values.either(values.boolean, values.port)('22'), 22],
    [() => values.either(values.boolean, values.port)('off'), false],
  ] as [() => unknown, unknown][])('%s', (run, expected) => {
    expect(outcome(run)).toBe(expected);
  });
});

describe('arguments', () => {
  const warnings: string[] = [];
  const site: DirectiveSite = {
    file: 'f',
    line: 1,
    column: 1,
    directive: 'X',
    context: 'server config',
    warn: (text) => warnings.push(text),
  };
  const apply = <T>(parser: ArgumentsParser<T>, ...args: string[]): T | string =>
    outcome(() => parser(args, site));

  it('take as many as they say', () => {
    expect(apply(one(values.text))).toBe('! missing parameters');
    expect(apply(one(values.text), 'a', 'b')).toBe('a');
    expect(warnings).toEqual(["parameters after 'a' are ignored"]);
    expect(apply(noArguments)).toBe(true);
    expect(apply(noArguments, 'a')).toBe('! wrong number of parameters');
    expect(apply(pair(values.port, values.port), '1', '2')).toEqual([1, 2]);
    expect(apply(pair(values.port, values.port), '1')).toBe('! missing parameters');
    expect(apply(oneAndMaybe(values.port, values.text), '1')).toEqual([1, undefined]);
    expect(apply(many(values.port, 1, 2), '1', '2', '3')).toBe('! wrong number of parameters');
  });

  it('place a fault at its parameter', () => {
    let fault;
    try {
      many(values.port)(['1', 'x'], site);
    } catch (error) {
      fault = faultOf(error);
    }
    expect(fault).toMatchObject({ fault: 'value', argument: 1 });
  });

  it('read limits with messages, keywords and off', () => {
    expect(apply(limitWithMessage(values.limit), '5', 'Sorry')).toEqual({ limit: 5, message: 'Sorry' });
    expect(apply(limitWithMessage(values.limit), 'none')).toEqual({ limit: undefined, message: undefined });
    expect(apply(keywords('option', 'UseJSON', 'MatchServer'), 'usejson')).toEqual(new Set(['UseJSON']));
    expect(apply(keywords('option', 'UseJSON'), 'foo')).toBe("! unknown option 'foo'");
    expect(apply(offOr(one(values.absolutePath)), 'NONE')).toBe(false);
    expect(apply(offOr(one(values.absolutePath)), '/x')).toBe('/x');
  });
});

describe('name expressions', () => {
  const holds = (text: string, usual: 'and' | 'or', ...names: string[]): boolean =>
    matchesNames(parseNameExpression(text.split(' '), usual), names);

  it.each([
    ['bob', true],
    ['!joe', true],
    ['!bob', false],
    ['joe,bob', true],
    ['joe, bob', true],
    ['joe bob', true],
    ['AND bob,!joe', true],
    ['AND bob,joe', false],
    ['OR joe,bob', true],
    ['and bob', true],
    ['regex ^b', true],
    ['regex ^j', false],
    ['!joe,!bob', true],
    ['*', false],
    ['!bob,bob', true],
    ['!joe,jim', true],
    ['B*', false],
    ['BOB', false],
  ])('<IfUser %s> for bob: %s, as in ProFTPD', (text, expected) => {
    expect(holds(text, 'or', 'bob')).toBe(expected);
  });

  it.each([
    ['ga', true],
    ['ga,gb', true],
    ['ga,gx', false],
    ['OR ga,gx', true],
    ['!gx', true],
    ['!ga', false],
    ['AND ga,gb', true],
    ['regex ^g', true],
    ['*', false],
    ['ga,!gx', true],
    ['OR gx,!gy', true],
    ['regex ^n', true],
    ['OR !ga,gb', true],
  ])('<IfGroup %s> for ga, gb and nogroup: %s, as in ProFTPD', (text, expected) => {
    expect(holds(text, 'and', 'ga', 'gb', 'nogroup')).toBe(expected);
  });

  it('refuses one without names', () => {
    expect(outcome(() => parseNameExpression([','], 'or'))).toBe('! no names in expression');
    expect(outcome(() => parseNameExpression([], 'or'))).toBe('! missing parameters');
  });
});

describe('regular expressions', () => {
  it.each([
    ['\\*.*/', 'a*b/', true],
    ['^[[:alnum:]_.-]+$', 'a_1.b-c', true],
    ['^[[:alpha:]]+$', 'ab1', false],
    ['(?i)\\.EXE$', 'a.exe', true],
    ['\\.(exe|com)$', 'a.com', true],
    ['%', '%s', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(regularExpression(pattern).test(text)).toBe(expected);
  });

  it('ignore case on request, and report what is wrong', () => {
    expect(regularExpression('a', true).test('A')).toBe(true);
    expect(outcome(() => regularExpression('('))).toMatch(/^! '\(' failed regex compilation: /u);
  });
});
