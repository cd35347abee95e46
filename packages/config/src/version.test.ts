import { describe, expect, it } from 'vitest';
import { matchesVersion } from './version.ts';

const matches = (text: string) =>
  matchesVersion(
    text.split(' ').filter((word) => word !== ''),
    '1.3.8',
  );

describe('IfVersion at version 1.3.8', () => {
  it.each(
    (
      '1.3.8|= 1.3.8|== 1.3.8|> 1.3.7|>= 1.3.8|< 1.3.9|<= 1.3.8|!> 1.3.9|> 1.3.8rc1|>= 1.3.8a|= /1\\.3/|= /1.3.[78]/|~ 1.3.8|~ 1.3|/1.3/|' +
      '< 1.3.8f|>= 1.3.8rc4|> 1.3.7z|> 1.3|> 1'
    ).split('|'),
  )('%s holds', (text) => {
    expect(matches(text)).toBe(true);
  });

  it.each(
    '!= 1.3.8|1.3|1|= 1.3|> 1.3.8a|< 1.3.8a|!~ 1.3|>= 1.3.8f|= 1.3.8f|<= 1.3.8rc9|>= 1.3.10|== 1.3.8e|~ ^1\\.4|> 2'.split(
      '|',
    ),
  )('%s does not hold', (text) => {
    expect(matches(text)).toBe(false);
  });

  it.each([
    ['', 'wrong number of parameters'],
    ['>= 1.3.8 < 1.4', 'wrong number of parameters'],
    ['! = 1.3.8', 'wrong number of parameters'],
    ['foo', "badly formatted configured version 'foo'"],
    ['> 1.3.8-', "badly formatted configured version '1.3.8-'"],
    ['= 1.3.8stable', "badly formatted configured version '1.3.8stable'"],
    ['>=1.3', "badly formatted configured version '>=1.3'"],
    ['1.3.8 1.3.9', "unknown comparison operator '1.3.8'"],
  ])('%j is an error', (text, problem) => {
    expect(matches(text)).toEqual({ problem });
  });

  it('reports a pattern that cannot be compiled', () => {
    expect(matches('~ (')).toMatchObject({
      problem: expect.stringContaining("unable to compile pattern '('") as string,
    });
  });
});
