import { describe, expect, it } from 'vitest';
import { applyModeChange, parseModeChange } from './mode-change.ts';

function changed(text: string, mode: number, isDirectory = false): string | undefined {
  const change = parseModeChange(text);
  return change && applyModeChange(change, mode, isDirectory).toString(8);
}

describe('a change of permission bits', () => {
  it.each([
    ['644', 0o777, '644'],
    ['0644', 0o777, '644'],
    ['4755', 0, '4755'],
    ['77777', 0, '7777'],
    ['u+x', 0o644, '744'],
    ['+x', 0o644, '755'],
    ['a-w', 0o666, '444'],
    ['go-rwx,u=rw', 0o777, '600'],
    ['u=rwx,g=rx,o=', 0, '750'],
    ['u+s', 0o755, '4755'],
    ['g+s', 0o755, '2755'],
    ['o+s', 0o755, '755'],
    ['+t', 0o777, '1777'],
    ['u-s', 0o4755, '755'],
    ['a+X', 0o644, '644'],
    ['a+X', 0o744, '755'],
    ['u=', 0o777, '77'],
  ])('%s turns %o', (text, mode, expected) => {
    expect(changed(text, mode)).toBe(expected);
  });

  it('sets X on folders that nobody may search yet', () => {
    expect(changed('a=rX', 0o600, true)).toBe('555');
  });

  it.each([
    '',
    '9',
    '778899',
    '-1',
    'u',
    'u+z',
    'u+x,',
    'x+u',
    'rw',
    '0x1ff',
    '644 ',
    `${'u+x,'.repeat(50)}u+x`,
  ])('takes %j for no mode', (text) => {
    expect(parseModeChange(text)).toBeUndefined();
  });
});
