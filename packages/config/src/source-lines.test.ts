import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceLines } from './source-lines.ts';

const lines = (text: string) => [...sourceLines(text, 'f')];

describe('sourceLines', () => {
  it('joins lines that end in a backslash, comments too', () => {
    expect(lines('a \\\n  b\n# c \\\nd\ne').map(({ text, line }) => [text, line])).toEqual([
      ['a   b', 1],
      ['# c d', 3],
      ['e', 5],
    ]);
  });

  it('does not join where a space or a CR follows the backslash', () => {
    expect(lines('a\\ \nb\\\r\nc').map(({ text }) => text)).toEqual(['a\\ ', 'b\\', 'c']);
  });

  it('ends a continuation at the end of the file', () => {
    expect(lines('a \\').map(({ text }) => text)).toEqual(['a ']);
    expect(lines('a \\\n').map(({ text }) => text)).toEqual(['a ']);
    expect(lines('')).toEqual([]);
  });

  it('knows the physical line and column of every character', () => {
    const [line] = lines('ab\\\ncd\\\n\\\nef\n');
    expect(line?.text).toBe('abcdef');
    expect([0, 1, 2, 3, 4, 5].map((offset) => line?.at(offset))).toEqual([
      { file: 'f', line: 1, column: 1 },
      { file: 'f', line: 1, column: 2 },
      { file: 'f', line: 2, column: 1 },
      { file: 'f', line: 2, column: 2 },
      { file: 'f', line: 4, column: 1 },
      { file: 'f', line: 4, column: 2 },
    ]);
  });

  it('places every character where it stands in the file, for any file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\\', '\n', '\r', '#'), maxLength: 60 }),
        (text) => {
          const physical = text.split('\n');
          for (const logical of lines(text)) {
            for (let offset = 0; offset < logical.text.length; offset += 1) {
              const { line, column } = logical.at(offset);
              expect(physical[line - 1]?.[column - 1]).toBe(logical.text[offset]);
            }
          }
        },
      ),
    );
  });
});
