import { reply } from '../replies/reply.ts';
import { anyText, ignored, refuse, words } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

export interface LoginCommands {
  readonly USER: CommandRow<string>;
  readonly PASS: CommandRow<string>;
  readonly ACCT: CommandRow<string>;
  readonly REIN: CommandRow<void>;
  readonly QUIT: CommandRow<void>;
  readonly HOST: CommandRow<string>;
}

const username: ArgumentSyntax<string> = {
  syntax: '<sp> username',
  parse: (text, verb) => {
    const [name] = words(text);
    return name ?? refuse('PROTO_PARAMETER_COUNT', 500, `${verb}: command requires a parameter`);
  },
};

const hostname: ArgumentSyntax<string> = {
  syntax: '<sp> hostname',
  parse: (text, verb) => {
    const [name, ...more] = words(text);
    if (name === undefined || more.length > 0)
      return refuse('PROTO_PARAMETER_COUNT', 500, `'${verb}' not understood`);
    return name;
  },
};

const alreadyLoggedIn = reply(503, 'You are already logged in');
const badSequence = reply(503, 'Bad sequence of commands');

export const loginCommands: LoginCommands = {
  USER: defineCommand({
    verb: 'USER',
    rfc: 'RFC 959 §4.1.1',
    requiresLogin: false,
    group: 'LOGIN',
    argument: username,
    isArgumentCheckedFirst: true,
    help: '<sp> username',
  }),
  PASS: defineCommand({
    verb: 'PASS',
    rfc: 'RFC 959 §4.1.1',
    requiresLogin: false,
    refusals: {
      'not-logged-in': reply(503, 'Login with USER first'),
      ready: alreadyLoggedIn,
      'rename-pending': alreadyLoggedIn,
    },
    group: 'LOGIN',
    argument: { ...anyText, syntax: '<sp> password' },
    help: '<sp> password',
  }),
  ACCT: defineCommand({
    verb: 'ACCT',
    rfc: 'RFC 959 §4.1.1',
    availability: 'unimplemented',
    requiresLogin: false,
    argument: anyText,
    help: 'is not implemented',
  }),
  REIN: defineCommand({
    verb: 'REIN',
    rfc: 'RFC 959 §4.1.1',
    requiresLogin: false,
    argument: ignored,
    help: '(reinitialize the session)',
  }),
  QUIT: defineCommand({
    verb: 'QUIT',
    rfc: 'RFC 959 §4.1.1',
    requiresLogin: false,
    isAllowedDuringTransfer: true,
    argument: ignored,
    help: '(close control connection)',
  }),
  HOST: defineCommand({
    verb: 'HOST',
    rfc: 'RFC 7151 §3',
    requiresLogin: false,
    refusals: { ready: badSequence, 'rename-pending': badSequence },
    argument: hostname,
    isArgumentCheckedFirst: true,
    feat: 'HOST',
    help: '<sp> hostname',
  }),
};
