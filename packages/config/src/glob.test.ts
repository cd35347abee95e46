import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchGlob } from './glob.ts';

describe('matchGlob', () => {
  it.each([
    ['*.conf', 'a.conf', true],
    ['*.conf', 'a.conf~', false],
    ['?.conf', 'ab.conf', false],
    ['[ab]c', 'bc', true],
    ['[!ab]c', 'bc', false],
    ['[a-c]*[x-z]', 'b..y', true],
    ['[]]', ']', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['[a', '[a', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*b*c', 'aXbYbZc', true],
    ['/home/*/b', '/home/a/x/b', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchGlob(pattern, text)).toBe(expected);
  });

  it('keeps wildcards inside of one component where the text is a path', () => {
    expect(matchGlob('/home/*/b', '/home/a/b', true)).toBe(true);
    expect(matchGlob('/home/*/b', '/home/a/x/b', true)).toBe(false);
    expect(matchGlob('/a?b', '/a/b', true)).toBe(false);
    expect(matchGlob('/a[!x]b', '/a/b', true)).toBe(false);
  });

  it('agrees with a regular expression made of the same pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        const regex = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
        expect(matchGlob(glob, subject)).toBe(regex.test(subject));
      }),
    );
  });

  it('answers at once for a pattern made to be slow', () => {
    expect(matchGlob(`${'a*'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
