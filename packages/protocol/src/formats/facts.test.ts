import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessByMode } from './access.ts';
import type { ListedEntry } from './entry.ts';
import { factNames, formatFacts, mlstFeature, selectFacts, type FactOptions } from './facts.ts';

const all = { mayRead: true, mayWrite: true, mayExecute: true };
const options: FactOptions = { facts: factNames, access: all };
const file: ListedEntry = {
  name: '/home/a b',
  kind: 'file',
  sizeBytes: 3,
  mode: 0o644,
  modifiedMs: Date.UTC(2026, 10, 22, 11, 14, 38, 999),
  changedMs: 0,
  accessedMs: 0,
  uid: 65_534,
  gid: 65_534,
  owner: 'u',
  linkCount: 1,
  device: 0xfe00,
  inode: 0x20c013,
};

// Measured on ProFTPD 1.3.8.
describe('a line of MLSD', () => {
  it('shows a file as ProFTPD does', () => {
    expect(formatFacts(file, options)).toBe(
      'modify=20261122111438;perm=adfrw;size=3;type=file;unique=FE00U20C013;UNIX.group=65534;UNIX.groupname=65534;UNIX.mode=0644;UNIX.owner=65534;UNIX.ownername=u; /home/a b',
    );
  });

  it('shows a directory as ProFTPD does', () => {
    expect(
      formatFacts({ ...file, name: '.', kind: 'directory', mode: 0o2755 }, { ...options, type: 'cdir' }),
    ).toBe(
      'modify=20261122111438;perm=flcdmpe;type=cdir;unique=FE00U20C013;UNIX.group=65534;UNIX.groupname=65534;UNIX.mode=02755;UNIX.owner=65534;UNIX.ownername=u; .',
    );
  });

  it.each([
    [{}, {}, 'type=file; '],
    [{ kind: 'directory' }, {}, 'type=dir; '],
    [{ kind: 'directory' }, { type: 'pdir' }, 'type=pdir; '],
    [{ kind: 'other' }, {}, 'type=file; '],
    [{ kind: 'symlink', target: '/a b' }, {}, 'type=OS.unix=symlink; '],
    [{ kind: 'symlink', target: '/a b;c' }, { symlinkStyle: 'slink' }, 'type=OS.unix=slink:/a_b_c; '],
  ] as const)('%# shows the type of %j', (changes, more, expected) => {
    expect(formatFacts({ ...file, ...changes, name: '' }, { ...options, ...more, facts: ['type'] })).toBe(
      expected,
    );
  });

  it.each([
    ['file', { mayRead: true, mayWrite: false, mayExecute: false }, true, 'dfr'],
    ['file', { mayRead: true, mayWrite: true, mayExecute: false }, false, 'arw'],
    ['file', { mayRead: false, mayWrite: false, mayExecute: false }, false, ''],
    ['directory', { mayRead: true, mayWrite: false, mayExecute: true }, true, 'fle'],
    ['directory', { mayRead: false, mayWrite: false, mayExecute: false }, true, ''],
  ] as const)(
    'shows the permissions of a %s with %j, parent writable %j, as %j',
    (kind, access, mayChangeParent, perm) => {
      expect(formatFacts({ ...file, kind }, { facts: ['perm'], access, mayChangeParent })).toBe(
        `perm=${perm}; /home/a b`,
      );
    },
  );

  it('keeps the order of the facts, whatever was asked for', () => {
    expect(formatFacts(file, { ...options, facts: ['unique', 'modify'] })).toBe(
      'modify=20261122111438;unique=FE00U20C013; /home/a b',
    );
  });

  it('is only the name when no fact is wanted', () => {
    expect(formatFacts(file, { ...options, facts: [] })).toBe(' /home/a b');
  });

  it('is one line whose facts end at the first blank, whatever the names hold', () => {
    const text = fc
      .array(fc.constantFrom('\r', '\n', ';', ' ', 'a', '\udce9'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (name, target, owner) => {
        const line = formatFacts(
          { ...file, kind: 'symlink', name, target, owner, group: owner },
          { ...options, symlinkStyle: 'slink' },
        );
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.slice(line.indexOf(' ') + 1)).toBe(name.replace(/[\r\n]/g, '?'));
        expect(line.slice(0, line.indexOf(' ')).split(';')).toHaveLength(factNames.length + 1);
      }),
    );
  });
});

describe('the choice of facts', () => {
  it('is shown in FEAT', () => {
    expect(mlstFeature(selectFacts('type;size;'))).toBe(
      'MLST modify;perm;size*;type*;unique;UNIX.group;UNIX.groupname;UNIX.mode;UNIX.owner;UNIX.ownername;',
    );
  });
});

describe('accessByMode', () => {
  const owned = { mode: 0o640, uid: 1, gid: 2 };
  it.each([
    [{ uid: 1, gid: 9, groups: [] }, true, true],
    [{ uid: 9, gid: 2, groups: [] }, true, false],
    [{ uid: 9, gid: 9, groups: [3, 2] }, true, false],
    [{ uid: 9, gid: 9, groups: [] }, false, false],
    [{ uid: 0, gid: 0, groups: [] }, true, true],
  ])('lets %j read: %j, write: %j', (accessor, mayRead, mayWrite) => {
    expect(accessByMode(owned, accessor)).toMatchObject({ mayRead, mayWrite });
  });

  it('looks at the owner bits alone for the owner', () => {
    expect(accessByMode({ ...owned, mode: 0o077 }, { uid: 1, gid: 2, groups: [] })).toEqual({
      mayRead: false,
      mayWrite: false,
      mayExecute: false,
    });
  });
});
