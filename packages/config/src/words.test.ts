import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords, substituteEnvironment } from './words.ts';

const texts = (line: string): string[] => splitWords(line).map(({ text }) => text);

describe('splitWords', () => {
  it.each([
    ['ServerName abc # comment', ['ServerName', 'abc']],
    ['ServerName abc#def', ['ServerName', 'abc#def']],
    ['  \t# ServerName', []],
    ['ServerName #abc', ['ServerName']],
    ['ServerName "#abc"', ['ServerName', '#abc']],
    ['ServerName \\#abc', ['ServerName', '\\#abc']],
    ['ServerName "a b  c"', ['ServerName', 'a b  c']],
    ['ServerName "a \\"q\\" b"', ['ServerName', 'a "q" b']],
    ['ServerName "a\\\\b\\n"', ['ServerName', 'a\\bn']],
    ['ServerName a\\b', ['ServerName', 'a\\b']],
    ['ServerName a\\ b', ['ServerName', 'a\\', 'b']],
    ["ServerName 'a b'", ['ServerName', "'a", "b'"]],
    ['ServerName a"b c"d', ['ServerName', 'a"b', 'c"d']],
    ['ServerName "abc def', ['ServerName', 'abc def']],
    ['ServerName "abc""def"', ['ServerName', 'abc', 'def']],
    ['ServerName "abc"def', ['ServerName', 'abc', 'def']],
    ['ServerName ""', ['ServerName', '']],
    ['ServerName "abc\\', ['ServerName', 'abc\\']],
    ['\tServerName\tabc\t\r', ['ServerName', 'abc']],
    ['\vServerName\fabc', ['ServerName', 'abc']],
    ['', []],
  ])('splits %j as ProFTPD does', (line, expected) => {
    expect(texts(line)).toEqual(expected);
  });

  it('says where each word begins and whether it was quoted', () => {
    expect(splitWords(' Umask  "022" 077')).toEqual([
      { text: 'Umask', offset: 1, isQuoted: false },
      { text: '022', offset: 8, isQuoted: true },
      { text: '077', offset: 14, isQuoted: false },
    ]);
  });

  it('gives back every word that was quoted, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (words) => {
        const line = words.map((word) => `"${word.replace(/["\\]/gu, '\\$&')}"`).join(' ');
        expect(texts(line)).toEqual(words);
      }),
    );
  });
});

describe('substituteEnvironment', () => {
  it.each([
    ['%{env:FOO}', { FOO: 'bar' }, 'bar'],
    ['x%{env:FOO}y', { FOO: 'bar' }, 'xbary'],
    ['%{env:FOO}%{env:FOO}', { FOO: 'bar' }, 'barbar'],
    ['%{env:FOO}', { FOO: 'two words' }, 'two words'],
    ['x%{env:NOPE}y', {}, 'xy'],
    ['%{env:FOO}', { FOO: '%{env:BAR}', BAR: 'z' }, 'z'],
    ['%{ENV:FOO}', { FOO: 'bar' }, '%{ENV:FOO}'],
    ['%{env:FOO', { FOO: 'bar' }, '%{env:FOO'],
    ['$FOO', { FOO: 'bar' }, '$FOO'],
    ['%{env:toString}', {}, ''],
  ])('turns %j into what ProFTPD makes of it', (text, environment, expected) => {
    expect(substituteEnvironment(text, environment)).toBe(expected);
  });

  it('comes to an end when a variable holds itself, and bounds the result', () => {
    expect(substituteEnvironment('%{env:A}', { A: '%{env:A}' })).toBe('%{env:A}');
    expect(
      substituteEnvironment('%{env:A}', { A: '%{env:A}%{env:A}%{env:B}', B: 'b'.repeat(40_000) }).length,
    ).toBeLessThanOrEqual(65_536);
  });
});
