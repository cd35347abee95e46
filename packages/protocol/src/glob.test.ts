import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from './errors.ts';
import { compileGlob, hasWildcards, MAX_PATTERN_LENGTH, planGlob } from './glob.ts';

const matches = (pattern: string, name: string): boolean => compileGlob(pattern).matches(name);

describe('compileGlob', () => {
  it.each([
    ['*', 'a'],
    ['*', ''],
    ['a*', 'a'],
    ['*a', 'ba'],
    ['a*b*c', 'aXbYbZc'],
    ['a**b', 'ab'],
    ['qu?x', 'quux'],
    ['?', '\u{1f600}'],
    ['?', '\udce9'],
    ['[ab]*', 'b'],
    ['[a-c]x', 'bx'],
    ['[!ab]*', 'c'],
    ['[^ab]*', 'c'],
    ['[]]', ']'],
    ['[!]]', 'x'],
    ['[]-]', '-'],
    ['[a-]', '-'],
    ['[[:alpha:]]a', 'xa'],
    ['[[:digit:][:upper:]]', '7'],
    [String.raw`[\]]`, ']'],
    [String.raw`\*`, '*'],
    [String.raw`a\[b\]*`, 'a[b]c'],
    [String.raw`\a*`, 'ab'],
    ['a*\\', 'ab\\'],
    ['a[', 'a['],
    ['[a', '[a'],
    ['{a,b}', '{a,b}'],
    ['{a*,b*}', '{a,b}'],
    ['.*', '.hidden'],
    ['*\u00e9', 'caf\u00e9'],
  ])('%j matches %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(true);
  });

  it.each([
    ['a', 'b'],
    ['a', 'ab'],
    ['a*b', 'abc'],
    ['?', ''],
    ['?', 'ab'],
    ['[ab]', 'c'],
    ['[!a]', 'a'],
    ['[b-a]', 'a'],
    ['[b-a]', 'b'],
    ['[[:nothing:]]', 'n'],
    ['[[:constructor:]]', 'c'],
    ['{a,b}', 'a'],
    [String.raw`\*`, 'a'],
    ['*', '.hidden'],
    ['?hidden', '.hidden'],
    ['[.]hidden', '.hidden'],
    ['A', 'a'],
    ['', 'a'],
  ])('%j does not match %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const part = fc.constantFrom('*', '?', 'a', 'b', '[ab]', '[!a]');
    const translated: Readonly<Record<string, string>> = { '*': '.*', '?': '.', '[!a]': '[^a]' };
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }),
        (parts, letters) => {
          const expression = new RegExp(`^(?:${parts.map((text) => translated[text] ?? text).join('')})$`);
          expect(matches(parts.join(''), letters.join(''))).toBe(expression.test(letters.join('')));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes any pattern and any name', () => {
    const text = fc
      .array(fc.constantFrom('*', '?', '[', ']', '!', '-', '\\', ':', 'a', '[:', '\ud800'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        expect(typeof matches(pattern, name)).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('decides a pattern of 30 stars about 100 letters in less than a millisecond', () => {
    const glob = compileGlob(`${'a*'.repeat(30)}b`);
    const name = 'a'.repeat(100);
    glob.matches(name);
    const runsMs = Array.from({ length: 20 }, () => {
      const started = performance.now();
      expect(glob.matches(name)).toBe(false);
      return performance.now() - started;
    });
    // The best of them: what else the machine does is no part of the answer.
    expect(Math.min(...runsMs)).toBeLessThan(1);
  });

  it('refuses a pattern that is too long with 450', () => {
    try {
      compileGlob('a'.repeat(MAX_PATTERN_LENGTH + 1));
      expect.unreachable();
    } catch (error) {
      expect(isProtocolError(error) && [error.code, error.reply.code]).toEqual([
        'PROTO_PATTERN_TOO_LONG',
        450,
      ]);
    }
  });
});

describe('hasWildcards', () => {
  it('tells patterns from names', () => {
    expect(['*', 'a?', '[ab]', 'x[!a]'].map(hasWildcards)).toEqual([true, true, true, true]);
    expect(
      ['', 'a', 'a[', 'a]', '{a,b}', String.raw`\*`, String.raw`back\slash`, '~'].map(hasWildcards),
    ).toEqual(Array(8).fill(false));
  });
});

describe('planGlob', () => {
  const plan = (path: string): readonly string[] =>
    planGlob(path).components.map((component) => (component.kind === 'name' ? component.name : '<pattern>'));

  it('cuts a path into names and patterns', () => {
    expect(plan('/a//b*/../c')).toEqual(['a', '<pattern>', '..', 'c']);
    expect(planGlob('/a').isAbsolute).toBe(true);
    expect(planGlob('a/').isAbsolute).toBe(false);
    expect(planGlob('a*/').isDirectoryWanted).toBe(true);
    expect(plan('')).toEqual([]);
  });

  it('keeps the backslashes of a name that is no pattern', () => {
    expect(plan(String.raw`back\slash`)).toEqual([String.raw`back\slash`]);
  });

  it('refuses more wildcards in a row than a walk can bear', () => {
    expect(plan('*/../'.repeat(5))).toHaveLength(10);
    expect(() => planGlob('*/../'.repeat(6))).toThrow(/pattern is too long/);
  });
});
