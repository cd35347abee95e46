import type { ControlClient, ControlsAcl } from '@ftpd/module';
import { describe, expect, it } from 'vitest';
import { allowsOthers, mayAct } from './access.ts';

type Line = readonly [actions: string, access: 'allow' | 'deny', of: 'user' | 'group', names: string];

const acls = (...lines: readonly Line[]): readonly ControlsAcl[] =>
  lines.map(([actions, access, of, names]) => ({
    actions: actions === 'all' ? 'all' : actions.split(','),
    access,
    of,
    names: names.split(','),
  }));

const root: ControlClient = { uid: 0, gid: 0, pid: 1, user: 'root', groups: ['root'] };
const ann: ControlClient = { uid: 1000, gid: 1000, pid: 2, user: 'ann', groups: ['ann', 'ftpadm'] };
const nameless: ControlClient = { uid: 4711, gid: 4711, pid: 3, groups: [] };

/** Whether root, ann and a user without an account may ask for help. */
const who = (...lines: readonly Line[]): string =>
  [root, ann, nameless].map((client) => (mayAct(acls(...lines), client, 'help') ? 'yes' : 'no')).join(' ');

describe('access to an action', () => {
  // What ProFTPD 1.3.8 does with ControlsACLs was measured; of groups it sees the client's own only.
  it.each<[string, readonly Line[], string]>([
    ['nobody, not even root, without a line', [], 'no no no'],
    ['who is named', [['all', 'allow', 'user', 'root']], 'yes no no'],
    ['each of a list', [['help,lsctrl', 'allow', 'user', 'bob,ann']], 'no yes no'],
    ['nobody by a line about another action', [['lsctrl', 'allow', 'user', '*']], 'no no no'],
    ['everybody by a star', [['all', 'allow', 'user', '*']], 'yes yes yes'],
    ['everybody by a star of groups', [['all', 'allow', 'group', '*']], 'yes yes yes'],
    ['members of a group', [['all', 'allow', 'group', 'ftpadm']], 'no yes no'],
    ['all but who is denied', [['all', 'deny', 'user', 'ann']], 'yes no yes'],
    ['nobody where all are denied', [['all', 'deny', 'user', '*']], 'no no no'],
    [
      'by the last line about users',
      [
        ['all', 'allow', 'user', 'root'],
        ['all', 'allow', 'user', 'ann'],
      ],
      'no yes no',
    ],
    [
      'by the last line that names it',
      [
        ['all', 'allow', 'user', 'root'],
        ['lsctrl', 'allow', 'user', 'ann'],
      ],
      'yes no no',
    ],
    [
      'whom a user line or a group line allows',
      [
        ['all', 'allow', 'user', 'root'],
        ['all', 'allow', 'group', 'ftpadm'],
      ],
      'yes yes no',
    ],
    [
      'whom a group line allows though a user line denies',
      [
        ['all', 'deny', 'user', '*'],
        ['all', 'allow', 'group', 'root'],
      ],
      'yes no no',
    ],
    ['nobody by a number in place of a name', [['all', 'allow', 'user', '0,1000,4711']], 'no no no'],
    ['nobody by the case of a name', [['all', 'allow', 'user', 'ROOT,Ann']], 'no no no'],
  ])('has %s', (_, lines, expected) => {
    expect(who(...lines)).toBe(expected);
  });

  it('to the socket asks for no action', () => {
    expect(mayAct(acls(['all', 'allow', 'user', 'root']), root)).toBe(true);
    expect(mayAct(acls(['all', 'allow', 'user', 'root']), ann)).toBe(false);
  });
});

describe('lines that let others than root in', () => {
  it.each<[boolean, readonly Line[]]>([
    [false, []],
    [false, [['all', 'allow', 'user', 'root']]],
    [false, [['all', 'deny', 'user', '*']]],
    [true, [['all', 'allow', 'user', '*']]],
    [true, [['all', 'allow', 'user', 'root,ann']]],
    [true, [['help', 'allow', 'group', 'ftpadm']]],
    [true, [['help', 'allow', 'group', 'root']]],
    [true, [['all', 'deny', 'user', 'ann']]],
  ])('%s: %j', (expected, lines) => {
    expect(allowsOthers(acls(...lines), ['root'])).toBe(expected);
  });

  it('are none for whom the mode lets in', () => {
    expect(allowsOthers(acls(['all', 'allow', 'user', 'root,ann']), ['root', 'ann'])).toBe(false);
  });
});
