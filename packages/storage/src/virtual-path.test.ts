import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageError } from './errors.ts';
import { nameBytes } from './name-codec.ts';
import { isWithin, joinPath, nameOf, parentOf, rootPath, virtualPath } from './virtual-path.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isStorageError(error)) return error.code;
    throw error;
  }
  return 'none';
};

describe('virtualPath', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['//', '/'],
    ['/a/b', '/a/b'],
    ['a//b/', '/a/b'],
    ['./a/./b/.', '/a/b'],
    ['..', '/'],
    ['/../../etc', '/etc'],
    ['a/../..//../b', '/b'],
    ['...', '/...'],
    [' a ', '/ a '],
    ['a\nb', '/a\nb'],
    ['\\..\\x', '/\\..\\x'],
  ])('takes %j from the root as %j', (text, path) => {
    expect(virtualPath(text)).toBe(path);
  });

  it.each([
    ['', '/home/me'],
    ['x', '/home/me/x'],
    ['../you', '/home/you'],
    ['../../../..', '/'],
    ['/x', '/x'],
  ])('takes %j from a base as %j', (text, path) => {
    expect(virtualPath(text, virtualPath('/home/me'))).toBe(path);
  });

  it('never leaves the root and is its own normal form, whatever the segments', () => {
    const segment = fc.constantFrom('..', '.', '', 'a', 'b c', '...', '\udc80', 'é', '..\n');
    const text = fc.array(segment, { maxLength: 12 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(text, text, (first, second) => {
        const path = virtualPath(second, virtualPath(first));
        expect(path).toMatch(/^\/(?:[^/]+(?:\/[^/]+)*)?$/u);
        expect(path.split('/')).not.toContain('..');
        expect(path.split('/')).not.toContain('.');
        expect(virtualPath(path)).toBe(path);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses NUL wherever it stands', () => {
    for (const text of ['\0', '/a\0', 'a\0/../b', '/a/b\0c'])
      expect(codeOf(() => virtualPath(text))).toBe('STORAGE_BAD_NAME');
  });

  it('measures components in bytes', () => {
    expect(virtualPath('a'.repeat(255))).toHaveLength(256);
    expect(codeOf(() => virtualPath('a'.repeat(256)))).toBe('STORAGE_NAME_TOO_LONG');
    expect(virtualPath('é'.repeat(127))).toHaveLength(128);
    expect(codeOf(() => virtualPath('é'.repeat(128)))).toBe('STORAGE_NAME_TOO_LONG');
    expect(virtualPath('\udcff'.repeat(255))).toHaveLength(256);
  });

  it('measures paths in bytes', () => {
    const longest = `/${'a'.repeat(255)}`.repeat(16);
    expect(nameBytes(virtualPath(longest))).toBe(4096);
    expect(codeOf(() => virtualPath('b', virtualPath(longest)))).toBe('STORAGE_NAME_TOO_LONG');
    expect(codeOf(() => virtualPath('/'.repeat(100_000)))).toBe('STORAGE_NAME_TOO_LONG');
  });

  it('has one spelling for a name whose escaped bytes are valid UTF-8', () => {
    expect(virtualPath('/\udcc3\udca9')).toBe('/é');
    expect(virtualPath('\udcae\udcae/x')).toBe('/\udcae\udcae/x');
  });
});

describe('paths', () => {
  it('has a parent for each but the root', () => {
    expect([parentOf(virtualPath('/a/b')), parentOf(virtualPath('/a')), parentOf(rootPath)]).toEqual([
      '/a',
      '/',
      '/',
    ]);
  });

  it('has a name for each but the root', () => {
    expect([nameOf(virtualPath('/a/b')), nameOf(virtualPath('/a')), nameOf(rootPath)]).toEqual([
      'b',
      'a',
      '',
    ]);
  });

  it('joins one component', () => {
    expect(joinPath(rootPath, 'a')).toBe('/a');
    expect(joinPath(virtualPath('/a'), 'b c')).toBe('/a/b c');
    for (const name of ['', '.', '..', 'a/b', 'a\0', '/'])
      expect(codeOf(() => joinPath(rootPath, name))).toBe('STORAGE_BAD_NAME');
  });

  it('is within a folder by component, not by letters', () => {
    expect(isWithin(virtualPath('/a/b'), virtualPath('/a'))).toBe(true);
    expect(isWithin(virtualPath('/a'), virtualPath('/a'))).toBe(true);
    expect(isWithin(virtualPath('/ab'), virtualPath('/a'))).toBe(false);
    expect(isWithin(virtualPath('/a'), rootPath)).toBe(true);
  });
});
