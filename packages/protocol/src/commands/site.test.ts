import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { findOption } from './opts.ts';
import type { AnyCommandRow } from './row.ts';
import { findSiteCommand, siteRows } from './site.ts';

function read(row: AnyCommandRow | undefined, text: string): unknown {
  try {
    return row?.argument.parse(text, row.verb);
  } catch (error) {
    return isProtocolError(error) ? `${error.reply.code} ${error.reply.lines.join('|')}` : error;
  }
}

describe('the SITE commands', () => {
  const at = (year: number, month: number, day: number, ...rest: number[]): number =>
    Date.UTC(year, month - 1, day, ...rest);

  it.each([
    ['CHMOD', '644 a b', { change: { kind: 'absolute', mode: 0o644 }, path: 'a b' }],
    ['CHMOD', '', "500 'SITE CHMOD' not understood"],
    ['CHMOD', '644', "500 'SITE CHMOD' not understood"],
    ['CHMOD', '9 a', "550 '9': invalid mode"],
    ['CHGRP', 'ftp a b', { group: 'ftp', path: 'a b' }],
    ['CHGRP', 'ftp', "500 'SITE CHGRP' not understood"],
    ['MKDIR', 'x/y z', 'x/y z'],
    ['MKDIR', '', "500 'SITE MKDIR' not understood"],
    ['RMDIR', 'x', 'x'],
    ['SYMLINK', 'target new name', { target: 'target', path: 'new name' }],
    ['SYMLINK', 'target', "500 'SITE SYMLINK' not understood"],
    ['UTIME', '20040224083655 file x', { modifiedMs: at(2004, 2, 24, 8, 36, 55), path: 'file x' }],
    ['UTIME', '200402240836 file', { modifiedMs: at(2004, 2, 24, 8, 36), path: 'file' }],
    [
      'UTIME',
      'sp ace 20200101000000 20200102000000 20200103000000 UTC',
      { accessedMs: at(2020, 1, 1), modifiedMs: at(2020, 1, 2), path: 'sp ace' },
    ],
    ['UTIME', '2020 a', '500 UTIME 2020 a: Invalid argument'],
    ['UTIME', '20201301000000 a', '500 UTIME 20201301000000 a: Invalid argument'],
    ['UTIME', '20200101000000', "500 'SITE UTIME' not understood"],
    ['HELP', '', undefined],
    ['HELP', 'chmod', 'CHMOD'],
  ])('read SITE %s %j', (name, text, expected) => {
    expect(read(findSiteCommand(name), text)).toEqual(expected);
  });

  it('are all in the group WRITE but HELP, which needs no login', () => {
    expect(siteRows.filter(({ group }) => group !== 'WRITE').map(({ verb }) => verb)).toEqual(['HELP']);
    expect(siteRows.filter(({ requiresLogin }) => !requiresLogin).map(({ verb }) => verb)).toEqual(['HELP']);
  });

  it('name the path that access rules are checked for', () => {
    const row = findSiteCommand('UTIME');
    expect(row?.path?.(row.argument.parse('200402240836 a b', 'UTIME'))).toBe('a b');
  });

  it('are found by their own names only', () => {
    expect(['CPFR', 'chmod', 'constructor', ''].map(findSiteCommand)).toEqual(Array(4).fill(undefined));
  });
});

describe('the options of OPTS', () => {
  it.each([
    ['UTF8', 'on', true],
    ['UTF8', ' OFF ', false],
    ['UTF8', '', "501 'OPTS UTF8' not understood"],
    ['UTF8', 'x', "501 'OPTS UTF8' not understood"],
    ['MLST', '', []],
    ['MLST', 'size;type;', ['size', 'type']],
    ['MLST', 'TYPE;modify', ['type']],
    ['MLST', 'unix.MODE;foo;perm;perm;', ['UNIX.mode', 'perm']],
    ['MLST', 'type size', "501 'OPTS MLST' not understood"],
  ])('read OPTS %s %j', (name, text, expected) => {
    expect(read(findOption(name), text)).toEqual(expected);
  });

  it('are found by their own names only', () => {
    expect(['UTF-8', 'HASH', 'constructor'].map(findOption)).toEqual(Array(3).fill(undefined));
  });
});
