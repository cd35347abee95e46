import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  exactlyOne,
  one,
  parseNameExpression,
  SERVER_CONTEXTS,
  text,
  type Context,
} from '@ftpd/config';
import type { Settings } from '@ftpd/server';
import type { PathForGroups } from '../../policy/default-root.ts';
import { isMeant, patternArguments } from '../core/pattern.ts';
import { switchRow } from '../switch-row.ts';
import { createHome } from './create-home.ts';

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

export const wtmpLog = row(
  'WtmpLog',
  serversAndAnonymous,
  true,
  'Whether logins are written to /var/log/wtmp, where the daemon started as root.',
);

export const useLastlog = row(
  'UseLastlog',
  ['server config'],
  false,
  'Whether logins that WtmpLog writes are noted in /var/log/lastlog too.',
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

/** The own port of active data connections is all that is left of it: root is given up, whatever it says. */
export const rootRevoke = defineDirective({
  name: 'RootRevoke',
  module,
  syntax: 'RootRevoke on|off|UseNonCompliantActiveTransfers',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  doc: 'off: active data connections come from the port below that of the control connection; on: and PORT and EPRT are refused where that port is for root. Sessions never have root’s rights.',
  parse: one((word): Settings['activeSourcePort'] => {
    if (word.toLowerCase() === 'usenoncompliantactivetransfers') return 'any';
    const isOn = booleanOf(word);
    if (isOn === undefined) throw badValue('expected Boolean parameter', 0);
    return isOn ? 'control-less-one-if-unprivileged' : 'control-less-one';
  }),
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
  rootRevoke,
  accessDenyMsg,
  accessGrantMsg,
  displayLogin,
];
