import { describe, expect, it } from 'vitest';
import { CONFIG_CODES, ConfigError, formatProblem, isConfigError } from './config-error.ts';

const problem = {
  code: 'CONFIG_BAD_VALUE',
  message: "X: bad on line 2 of '/a'",
  file: '/a',
  line: 2,
  column: 3,
} as const;

describe('ConfigError', () => {
  it('is told from other errors, also across copies of the package', () => {
    const error = new ConfigError({ ...problem, directive: 'X', hint: 'y' });
    expect(isConfigError(error)).toBe(true);
    expect(isConfigError(new Error('x'))).toBe(false);
    expect(isConfigError(undefined)).toBe(false);
    expect(error).toMatchObject({
      name: 'ConfigError',
      code: 'CONFIG_BAD_VALUE',
      file: '/a',
      line: 2,
      column: 3,
      directive: 'X',
      hint: 'y',
    });
  });

  it('has a sentence for every code', () => {
    for (const [code, sentence] of Object.entries(CONFIG_CODES)) {
      expect(code).toMatch(/^CONFIG_[A-Z_]+$/u);
      expect(sentence).toMatch(/^[A-Z].*\.$/u);
    }
  });
});

describe('formatProblem', () => {
  it('begins with the place', () => {
    expect(formatProblem(problem)).toBe("/a:2:3: fatal: X: bad on line 2 of '/a'");
    expect(formatProblem(problem, 'warning')).toBe("/a:2:3: warning: X: bad on line 2 of '/a'");
  });

  it('escapes control characters and bytes that are not text', () => {
    expect(formatProblem({ ...problem, message: 'a\u001b[31m\n\udcff\u0085' })).toBe(
      '/a:2:3: fatal: a\\x1b[31m\\x0a\\xff\\x85',
    );
  });
});
