import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedEntry } from './entry.ts';
import { formatDirectoryHeading, formatList, formatNameLine } from './list.ts';
import { parseListOptions } from './list-options.ts';
import { formatLongLine } from './long-line.ts';

const nowMs = Date.UTC(2026, 10, 22, 11, 32, 42);
const DAY_MS = 24 * 3600 * 1000;

function entry(name: string, changes: Partial<ListedEntry> = {}): ListedEntry {
  return {
    name,
    kind: 'file',
    sizeBytes: 0,
    mode: 0o644,
    modifiedMs: nowMs,
    changedMs: nowMs,
    accessedMs: nowMs,
    uid: 65_534,
    gid: 65_534,
    owner: 'u',
    linkCount: 1,
    device: 0xfe00,
    inode: 0x21c427,
    ...changes,
  };
}

/** The names of a listing with the given options, in its order. */
function names(options: string, entries: readonly ListedEntry[]): readonly string[] {
  return formatList(entries, { nowMs, flags: parseListOptions(`${options} -1`) });
}

// Measured on ProFTPD 1.3.8, whose ids had no group name.
describe('a line of LIST', () => {
  const line = (listed: ListedEntry, options = ''): string =>
    formatLongLine(listed, { nowMs, flags: parseListOptions(options) });

  it.each<[ListedEntry, string, string]>([
    [
      entry('big.bin', { sizeBytes: 12_345 }),
      '',
      '-rw-r--r--   1 u        65534       12345 Nov 22 11:32 big.bin',
    ],
    [
      entry('d', { kind: 'directory', mode: 0o755, sizeBytes: 4096, linkCount: 13 }),
      '',
      'drwxr-xr-x  13 u        65534        4096 Nov 22 11:32 d',
    ],
    [
      entry('lnk', { kind: 'symlink', mode: 0o777, sizeBytes: 1, target: 'f' }),
      '',
      'lrwxrwxrwx   1 u        65534           1 Nov 22 11:32 lnk -> f',
    ],
    [entry('fifo', { kind: 'other' }), '', 'prw-r--r--   1 u        65534           0 Nov 22 11:32 fifo'],
    [
      entry('j10', { sizeBytes: 123_456_789_012 }),
      '',
      '-rw-r--r--   1 u        65534    123456789012 Nov 22 11:32 j10',
    ],
    [
      entry('old', { modifiedMs: Date.UTC(2020, 4, 6, 7, 8, 9), uid: 0, gid: 0, owner: '0' }),
      '',
      '-rw-r--r--   1 0        0               0 May  6  2020 old',
    ],
    [
      entry('future', { modifiedMs: Date.UTC(2027, 5, 1) }),
      '',
      '-rw-r--r--   1 u        65534           0 Jun  1 00:00 future',
    ],
    [
      entry('young', { modifiedMs: nowMs - 180 * DAY_MS + 3_600_000 }),
      '',
      '-rw-r--r--   1 u        65534           0 May 26 12:32 young',
    ],
    [
      entry('aged', { modifiedMs: nowMs - 180 * DAY_MS - 3_600_000 }),
      '',
      '-rw-r--r--   1 u        65534           0 May 26  2026 aged',
    ],
    [entry('n', {}), '-n', '-rw-r--r--   1 65534    65534           0 Nov 22 11:32 n'],
    [
      entry('x', { owner: 'administrator', group: 'operators' }),
      '',
      '-rw-r--r--   1 administrator operators        0 Nov 22 11:32 x',
    ],
    [
      entry('c', { changedMs: Date.UTC(2026, 10, 1) }),
      '-c',
      '-rw-r--r--   1 u        65534           0 Nov  1 00:00 c',
    ],
    [
      entry('u', { accessedMs: Date.UTC(2026, 10, 2) }),
      '-u',
      '-rw-r--r--   1 u        65534           0 Nov  2 00:00 u',
    ],
    [
      entry('d', { kind: 'directory', mode: 0o755 }),
      '-F',
      'drwxr-xr-x   1 u        65534           0 Nov 22 11:32 d/',
    ],
    [entry('x.sh', { mode: 0o755 }), '-F', '-rwxr-xr-x   1 u        65534           0 Nov 22 11:32 x.sh*'],
  ])('%# shows %j', (listed, options, expected) => {
    expect(line(listed, options)).toBe(expected);
  });

  it.each([
    [999, '     999'],
    [1000, ' 1000.0'],
    [1023, ' 1023.0'],
    [1024, '    1.0k'],
    [10_000, '    9.8k'],
    [1_048_575, ' 1024.0k'],
    [1_048_576, '    1.0M'],
    [5_368_709_120, '    5.0G'],
    [3_298_534_883_328, '    3.0T'],
  ])('with -h shows %d bytes as %j', (sizeBytes, shown) => {
    expect(line(entry('f', { sizeBytes }), '-h')).toBe(
      `-rw-r--r--   1 u        65534    ${shown} Nov 22 11:32 f`,
    );
  });

  it('with -F marks what a symlink points to', () => {
    const link = entry('lnk', { kind: 'symlink', target: 'd', mode: 0o777 });
    const flags = parseListOptions('-F');
    expect(formatLongLine(link, { nowMs, flags, targetKind: () => 'directory' })).toMatch(/ lnk -> d\/$/);
    expect(formatLongLine(link, { nowMs, flags })).toMatch(/ lnk -> d$/);
  });

  it('shows local time when told the offset', () => {
    const listed = entry('f', { modifiedMs: Date.UTC(2026, 10, 22, 3) });
    expect(formatLongLine(listed, { nowMs, utcOffsetMs: () => -5 * 3_600_000 })).toContain(' Nov 21 22:00 f');
  });

  it('with -B escapes every byte that is not printable ASCII', () => {
    expect(line(entry('a\u001b\u00e9\udce9 b'), '-B')).toContain(String.raw` a\033\303\251\351 b`);
  });

  it('is one line, whatever name, target, owner and group hold', () => {
    const text = fc
      .array(fc.constantFrom('\r', '\n', '\0', 'a', ' ', '\udce9'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.constantFrom('', '-B', '-F', '-1', '-C'),
        (name, target, owner, options) => {
          const listed = entry(`x${name}`, { kind: 'symlink', target, owner, group: owner });
          const lines = formatList([listed], { nowMs, flags: parseListOptions(options) });
          expect(lines).toHaveLength(1);
          expect(lines[0]).not.toMatch(/[\r\n\0]/);
        },
      ),
    );
  });

  it('survives times that no calendar has', () => {
    for (const modifiedMs of [Number.NaN, Infinity, -Infinity, 1e20, -1e20]) {
      expect(line(entry('f', { modifiedMs }))).toMatch(/^-rw-r--r-- .* f$/);
    }
  });
});

describe('the order of a listing', () => {
  const entries = [
    entry('b', { sizeBytes: 2, modifiedMs: 1000, changedMs: 3000, accessedMs: 2000 }),
    entry('a', { sizeBytes: 1, modifiedMs: 3000, changedMs: 1000, accessedMs: 1000 }),
    entry('Z', { sizeBytes: 2, modifiedMs: 2000, changedMs: 2000, accessedMs: 3000 }),
  ];

  it.each([
    ['', 'Z a b'],
    ['-r', 'b a Z'],
    ['-t', 'a Z b'],
    ['-rt', 'b Z a'],
    ['-S', 'Z b a'],
    ['-rS', 'a Z b'],
    ['-tS', 'a Z b'],
    ['-ct', 'b Z a'],
    ['-ut', 'Z b a'],
    ['-U', 'b a Z'],
    ['-Ut', 'b a Z'],
  ])('with %j is %s', (options, order) => {
    expect(names(options, entries).join(' ')).toBe(order);
  });

  it('takes times of the same second for equal', () => {
    const together = [
      entry('b', { modifiedMs: 5999 }),
      entry('a', { modifiedMs: 5001 }),
      entry('c', { modifiedMs: 6000 }),
    ];
    expect(names('-t', together)).toEqual(['c', 'a', 'b']);
  });

  it('is that of the bytes of the names', () => {
    const unsorted = ['\u{1f600}', '\uffee', '\u00e9', 'b', 'a', 'B', 'ab', '-', '{'];
    expect(
      names(
        '',
        unsorted.map((name) => entry(name)),
      ),
    ).toEqual(['-', 'B', 'a', 'ab', 'b', '{', '\u00e9', '\uffee', '\u{1f600}']);
  });
});

describe('what a listing shows', () => {
  const entries = ['.', '..', '.hidden', 'f'].map((name) => entry(name));

  it.each([
    ['', 'f'],
    ['-a', '. .. .hidden f'],
    ['-A', '.hidden f'],
  ])('with %j is %s', (options, shown) => {
    expect(names(options, entries).join(' ')).toBe(shown);
  });

  it('with -F1 and -C marks kinds', () => {
    const marked = [
      entry('d', { kind: 'directory' }),
      entry('l', { kind: 'symlink', target: 'x' }),
      entry('x', { mode: 0o755 }),
    ];
    expect(names('-F', marked)).toEqual(['d/', 'l@', 'x*']);
  });

  it('with -C is in columns of tabs, top to bottom', () => {
    const shown =
      '-dash a[b] aa ab ba back\\slash big.bin d dangling dlnk dw f future jan lnk noacc old other qu?x ro rootfile rw666 sg sp_ace x.sh {a,b}';
    expect(
      formatList(
        shown.split(' ').map((name) => entry(name)),
        { nowMs, flags: parseListOptions('-C') },
      ),
    ).toEqual([
      '-dash\t\td\t\tlnk\t\trw666',
      'a[b]\t\tdangling\tnoacc\t\tsg',
      'aa\t\tdlnk\t\told\t\tsp_ace',
      'ab\t\tdw\t\tother\t\tx.sh',
      'ba\t\tf\t\tqu?x\t\t{a,b}',
      'back\\slash\tfuture\t\tro',
      'big.bin\t\tjan\t\trootfile',
    ]);
    expect(formatList([], { nowMs, flags: parseListOptions('-C') })).toEqual([]);
  });

  it('lays out 200,000 names in columns', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => entry(`name${index}`));
    expect(formatList(many, { nowMs, flags: parseListOptions('-C') }).length).toBe(50_000);
  });
});

describe('the options of LIST', () => {
  it.each([
    ['-a +R', { hidden: 'all', isRecursive: false }],
    ['-aR +R', { isRecursive: false }],
    ['+R -R', { isRecursive: true }],
    ['-Rd', { isRecursive: false, showsDirectoryItself: true }],
    ['-l -1', { layout: 'single' }],
    ['-1l', { layout: 'long' }],
    ['-cu', { time: 'accessed' }],
    ['--all', { hidden: 'all', layout: 'long' }],
    ['-z -- - x', { hidden: 'none' }],
    ['-Lhn', { followsSymlinks: true, isHumanReadable: true, isNumeric: true }],
  ])('read %j', (text, flags) => {
    expect(parseListOptions(text)).toMatchObject(flags);
  });

  it('start from those of the configuration', () => {
    expect(parseListOptions('-r', 'a')).toMatchObject({ hidden: 'all', isReversed: true });
    expect(parseListOptions('+a', 'a')).toMatchObject({ hidden: 'none' });
  });
});

describe('the lines of NLST and -R', () => {
  it.each([
    ['y', 't/zz', '', 't/zz/y'],
    ['y', 't/zz/', '', 't/zz/y'],
    ['y', '.', '', 'y'],
    ['y', '..', '', '../y'],
    ['y', '/', '', '/y'],
    ['y', '', '', 'y'],
    ['y', 't/zz', '-1', 'y'],
  ])('name %j in %j with %j as %j', (name, directory, options, line) => {
    expect(formatNameLine(name, directory, parseListOptions(options))).toBe(line);
  });

  it('put a heading above each directory', () => {
    expect(formatDirectoryHeading('d/sub')).toEqual(['', 'd/sub:']);
  });
});
