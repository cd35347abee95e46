import {
  absolutePath,
  badCount,
  badValue,
  boolean,
  defineDirective,
  type ArgumentsParser,
  type DirectiveRow,
  type ValueParser,
} from '@ftpd/config';
import type { ControlsAcl } from '@ftpd/module';
import { controlsAclRow, listOf, oneOf } from '../../controls/acl-row.ts';

const module = 'mod_ctrls.c';
const contexts = ['server config'] as const;

/** The actions of mod_ctrls itself. */
export const ctrlsActions = ['help', 'insctrl', 'lsctrl', 'rmctrl'] as const;

/** As ProFTPD's module does, which looks at the first parameters only. */
function firstOf<T>(parse: ValueParser<T>): ArgumentsParser<T> {
  return (args) => {
    const [first] = args;
    if (first === undefined) throw badCount('missing parameters');
    return parse(first);
  };
}

const positive: ValueParser<number> = (word) => {
  const [digits] = /^\+?\d{1,9}/u.exec(word) ?? ['0'];
  if (Number(digits) >= 1) return Number(digits);
  throw badValue('must be a positive number');
};

const hasNoEffect = 'Accepted without effect:';

function countRow(name: string, unit: string, doc: string): DirectiveRow<number> {
  return defineDirective({
    name,
    module,
    syntax: `${name} ${unit}`,
    contexts,
    repeats: 'last-wins',
    doc,
    parse: firstOf(positive),
  });
}

export const controlsEngine: DirectiveRow<boolean> = defineDirective({
  name: 'ControlsEngine',
  module,
  syntax: 'ControlsEngine on|off',
  contexts,
  repeats: 'last-wins',
  doc: 'Whether ftpdctl can talk to the daemon. Not set: yes, where ControlsSocket is set or a line such as ControlsACLs lets somebody ask for something.',
  parse: firstOf(boolean),
});

export const controlsSocket: DirectiveRow<string> = defineDirective({
  name: 'ControlsSocket',
  module,
  syntax: 'ControlsSocket path',
  contexts,
  repeats: 'last-wins',
  doc: 'Where ftpdctl finds the daemon; without it, /run/proftpd.sock. A folder that is not there is made, for root alone unless others may ask for something.',
  parse: firstOf(absolutePath),
});

export interface SocketOwner {
  readonly user: string;
  readonly group: string;
}

export const controlsSocketOwner: DirectiveRow<SocketOwner> = defineDirective({
  name: 'ControlsSocketOwner',
  module,
  syntax: 'ControlsSocketOwner user group',
  contexts,
  repeats: 'last-wins',
  doc: 'Whose the socket is; without it, of who starts the daemon. Its mode is 0600, and 0666 where lines such as ControlsACLs allow a group, or others than root and the owner: then they decide alone.',
  parse: ([user, group]) => {
    if (user === undefined || group === undefined) throw badCount('missing parameters');
    return { user, group };
  },
});

export const controlsSocketAcl: DirectiveRow<ControlsAcl> = defineDirective({
  name: 'ControlsSocketACL',
  module,
  syntax: 'ControlsSocketACL allow|deny user|group list',
  contexts,
  repeats: 'all',
  doc: 'Who may connect, before it is looked at what they ask for. Without it all may; with it, whom a user line or a group line allows.',
  parse: ([access, of, ...names]) => {
    if (names.length === 0) throw badCount('missing parameters');
    return {
      actions: 'all',
      access: oneOf(access, ['allow', 'deny'], 0, "first parameter must be either 'allow' or 'deny'"),
      of: oneOf(of, ['user', 'group'], 1, "second parameter must be either 'user' or 'group'"),
      names: listOf(names[0]),
    };
  },
});

export const controlsLog: DirectiveRow<string> = defineDirective({
  name: 'ControlsLog',
  module,
  syntax: 'ControlsLog path',
  contexts,
  repeats: 'last-wins',
  doc: 'The file that is told who asked for what, and how it was answered.',
  parse: firstOf(absolutePath),
});

export const controlsAcls: DirectiveRow<ControlsAcl> = controlsAclRow({
  name: 'ControlsACLs',
  module,
  actions: ctrlsActions,
});

export const ctrlsRows = [
  controlsAcls,
  countRow(
    'ControlsAuthFreshness',
    'seconds',
    `${hasNoEffect} the system itself says who asks, not the age of a file.`,
  ),
  controlsEngine,
  countRow('ControlsInterval', 'seconds', `${hasNoEffect} requests are answered when they come.`),
  controlsLog,
  countRow(
    'ControlsMaxClients',
    'number',
    `${hasNoEffect} 16 clients may be connected at once, each for 5 seconds until its request is there.`,
  ),
  controlsSocket,
  controlsSocketAcl,
  controlsSocketOwner,
];
