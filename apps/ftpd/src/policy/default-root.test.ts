import { describe, expect, it } from 'vitest';
import { parseNameExpression } from '@ftpd/config';
import { expandPath, pathBelow, rootFor } from './default-root.ts';

const line = (path: string, ...groups: string[]) => ({
  path,
  ...(groups.length > 0 && { groups: parseNameExpression(groups, 'and') }),
});
const alice = { user: 'alice', home: '/home/alice', group: 'staff', groupNames: ['staff', 'ftp'] };

describe('DefaultRoot', () => {
  it.each([
    [[], true],
    [['staff'], true],
    [['staff,ftp'], true],
    [['staff,wheel'], false],
    [['!wheel'], true],
    [['staff,!ftp'], false],
  ])('group expression %j holds: %s', (groups, expected) => {
    expect(rootFor([line('/jail', ...groups)], alice)).toBe(expected ? '/jail' : '/');
  });

  it('takes the first line that is for the user', () => {
    const lines = [line('/srv/admin', 'wheel'), line('~/ftp', 'staff'), line('/srv')];
    expect(rootFor(lines, alice)).toBe('/home/alice/ftp');
    expect(rootFor(lines, { ...alice, group: 'x', groupNames: [] })).toBe('/srv');
    expect(rootFor(lines.slice(0, 1), alice)).toBe('/');
  });

  it.each([
    ['~', '/home/alice'],
    ['~/', '/home/alice'],
    ['~/pub/../x', '/home/alice/x'],
    ['~bob/pub', '/home/bob/pub'],
    ['~nobody/pub', '~nobody/pub'],
    ['/srv/%u/', '/srv/alice'],
    ['pub', '/home/alice/pub'],
    ['/', '/'],
  ])('%s is %s', (path, expected) => {
    expect(expandPath(path, alice, (user) => (user === 'bob' ? '/home/bob' : undefined))).toBe(expected);
  });

  it.each([
    ['/', '/home/alice', '/home/alice'],
    ['/home/alice', '/home/alice', '/'],
    ['/home/alice', '/home/alice/pub', '/pub'],
    ['/home/al', '/home/alice/pub', '/'],
  ])('below %s, %s is %s', (root, path, expected) => {
    expect(pathBelow(root, path)).toBe(expected);
  });
});
