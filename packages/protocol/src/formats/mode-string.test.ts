import { describe, expect, it } from 'vitest';
import { modeString } from './mode-string.ts';

describe('modeString', () => {
  it.each([
    ['file', 0o644, '-rw-r--r--'],
    ['file', 0, '----------'],
    ['file', 0o7777, '-rwsrwsrwt'],
    ['file', 0o7000, '---S--S--T'],
    ['file', 0o4755, '-rwsr-xr-x'],
    ['directory', 0o2755, 'drwxr-sr-x'],
    ['directory', 0o1777, 'drwxrwxrwt'],
    ['symlink', 0o777, 'lrwxrwxrwx'],
    ['other', 0o644, 'prw-r--r--'],
  ] as const)('shows a %s of mode %o as %s', (kind, mode, shown) => {
    expect(modeString({ kind, mode })).toBe(shown);
  });
});
