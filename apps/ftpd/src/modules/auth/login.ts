import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  exactlyOne,
  octalMode,
  parseNameExpression,
  SERVER_CONTEXTS,
  text,
  type Context,
} from '@ftpd/config';
import type { PathForGroups } from '../../policy/default-root.ts';
import { isMeant, patternArguments } from '../core/pattern.ts';
import { halfSwitchRow, switchRow } from '../switch-row.ts';

const module = 'mod_auth.c';
const anonymous: readonly Context[] = ['<Anonymous>'];
const serversAndAnonymous: readonly Context[] = [...SERVER_CONTEXTS, '<Anonymous>'];

const row = (name: string, contexts: readonly Context[], defaultValue: boolean, doc: string) =>
  switchRow({ name, module, contexts, defaultValue, doc });

export const requireValidShell = row(
  'RequireValidShell',
  serversAndAnonymous,
  true,
  'Whether a user’s shell must stand in /etc/shells.',
);
export const rootLogin = row(
  'RootLogin',
  serversAndAnonymous,
  false,
  'Whether users with the number 0 may log in.',
);
export const useFtpUsers = row(
  'UseFtpUsers',
  serversAndAnonymous,
  true,
  'Whether users named in /etc/ftpusers are refused.',
);
export const allowEmptyPasswords = row(
  'AllowEmptyPasswords',
  serversAndAnonymous,
  true,
  'Whether an empty password may be right.',
);
export const authAliasOnly = row(
  'AuthAliasOnly',
  serversAndAnonymous,
  false,
  'Whether only names of UserAlias may log in.',
);
export const anonRequirePassword = row(
  'AnonRequirePassword',
  anonymous,
  false,
  'Whether an anonymous login needs the user’s password.',
);
export const authUsingAlias = row(
  'AuthUsingAlias',
  anonymous,
  false,
  'Whether the password is that of the alias, not of the real user.',
);

export const wtmpLog = halfSwitchRow(
  {
    name: 'WtmpLog',
    module,
    contexts: serversAndAnonymous,
    defaultValue: true,
    doc: 'Accepted; logins are not written to wtmp by an unprivileged daemon.',
  },
  { position: true, sentence: 'on has no effect: logins are not written to wtmp' },
);

export const useLastlog = halfSwitchRow(
  {
    name: 'UseLastlog',
    module,
    contexts: ['server config'],
    defaultValue: false,
    doc: 'Accepted; logins are not written to lastlog by an unprivileged daemon.',
  },
  { position: true, sentence: 'on has no effect: logins are not written to lastlog' },
);

/** Whether a password of an anonymous login is refused. */
export type PasswordRefusal = (password: string) => boolean;

export const anonRejectPasswords = defineDirective({
  name: 'AnonRejectPasswords',
  module,
  syntax: 'AnonRejectPasswords pattern [nocase]',
  contexts: anonymous,
  repeats: 'last-wins',
  doc: 'Passwords with which an anonymous login is refused.',
  parse: (args): PasswordRefusal => {
    const pattern = patternArguments(args);
    return pattern === undefined ? () => false : (password) => isMeant(pattern, password);
  },
});

export interface UserAliasValue {
  readonly alias: string;
  readonly user: string;
}

export const userAlias = defineDirective({
  name: 'UserAlias',
  module,
  syntax: 'UserAlias alias user',
  contexts: serversAndAnonymous,
  repeats: 'all',
  doc: 'A name by which a user may log in too.',
  parse: (args): UserAliasValue => {
    const [alias, user] = args;
    if (alias === undefined || user === undefined) throw badCount('missing parameters');
    if (args.length > 2) throw badCount();
    return { alias, user };
  },
});

function pathRow(name: 'DefaultRoot' | 'DefaultChdir', doc: string) {
  return defineDirective({
    name,
    module,
    syntax: `${name} <directory> [<group-expression>]`,
    contexts: SERVER_CONTEXTS,
    repeats: 'all',
    doc,
    parse: (args): PathForGroups => {
      const [path, ...groups] = args;
      if (path === undefined) throw badCount(`syntax: ${name} <directory> [<group-expression>]`);
      if (name === 'DefaultRoot' && !/^[/~]/.test(path))
        throw badValue(`(${path}) absolute pathname required`, 0);
      return { path, ...(groups.length === 0 ? {} : { groups: parseNameExpression(groups, 'and') }) };
    },
  });
}

export const defaultRoot = pathRow(
  'DefaultRoot',
  'The folder that a user’s session is kept in; ~: the home.',
);
export const defaultChdir = pathRow('DefaultChdir', 'The folder that a session starts in.');

export interface CreateHomeValue {
  readonly mode: number;
  readonly directoryMode: number;
  /** Absent: the home stays empty. */
  readonly skeleton?: string;
}

/** `undefined`: off. */
export const createHome = defineDirective({
  name: 'CreateHome',
  module,
  syntax: 'CreateHome off|on [mode] [skel path] [dirmode mode] [uid uid] [gid gid] [homegid gid]',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Whether a home that is missing is made at the login.',
  parse: (args, site): CreateHomeValue | undefined => {
    const [first, ...rest] = args;
    if (first === undefined) throw badCount('missing parameters');
    const isOn = booleanOf(first);
    if (isOn === undefined) throw badValue('expected Boolean parameter', 0);
    if (!isOn) return undefined;
    const value: { mode: number; directoryMode: number; skeleton?: string } = {
      mode: 0o700,
      directoryMode: 0o711,
    };
    let at = 0;
    if (rest[0] !== undefined && /^\d/.test(rest[0])) value.mode = octalMode('mode')(rest[at++] ?? '');
    for (; at < rest.length; at += 2) {
      const [option = '', given] = [rest[at]?.toLowerCase(), rest[at + 1]];
      if (!['skel', 'dirmode', 'uid', 'gid', 'homegid'].includes(option))
        throw badValue(`: bad mode parameter: '${rest[at]}'`, at + 1);
      if (given === undefined) throw badCount();
      if (option === 'skel') {
        if (!given.startsWith('/')) throw badValue('skel path must be absolute', at + 2);
        value.skeleton = given;
      } else if (option === 'dirmode') value.directoryMode = octalMode('mode')(given);
      else site.warn(`${option} has no effect: homes are made by the user that the daemon runs as`);
    }
    return value;
  },
});

function messageRow(name: 'AccessDenyMsg' | 'AccessGrantMsg', doc: string) {
  return defineDirective({
    name,
    module,
    syntax: `${name} "text"`,
    contexts: serversAndAnonymous,
    repeats: 'last-wins',
    doc,
    parse: exactlyOne(text),
  });
}

export const accessDenyMsg = messageRow('AccessDenyMsg', 'What a refused login is told; %u: the user.');
export const accessGrantMsg = messageRow('AccessGrantMsg', 'What a login is told; %u: the user.');

function displayRow(name: string, contexts: readonly Context[], doc: string) {
  return defineDirective({
    name,
    module,
    syntax: `${name} file`,
    contexts,
    repeats: 'last-wins',
    doc,
    parse: (args) => {
      const [file] = args;
      if (file === undefined) throw badCount('missing parameters');
      if (args.length > 1) throw badCount();
      return file;
    },
  });
}

export const displayLogin = displayRow(
  'DisplayLogin',
  serversAndAnonymous,
  'A file that is shown at the login.',
);

export const authLoginRows = [
  requireValidShell,
  rootLogin,
  useFtpUsers,
  allowEmptyPasswords,
  authAliasOnly,
  anonRequirePassword,
  authUsingAlias,
  wtmpLog,
  useLastlog,
  anonRejectPasswords,
  userAlias,
  defaultRoot,
  defaultChdir,
  createHome,
  accessDenyMsg,
  accessGrantMsg,
  displayLogin,
];
