import { none, pathname } from './arguments.ts';
import { defineCommand, type CommandRow } from './row.ts';

export interface NavigationCommands {
  readonly CWD: CommandRow<string>;
  readonly CDUP: CommandRow<void>;
  readonly PWD: CommandRow<void>;
  readonly MKD: CommandRow<string>;
  readonly RMD: CommandRow<string>;
  readonly SMNT: CommandRow<string>;
}

const path = (name: string): string => name;

export const navigationCommands: NavigationCommands = {
  CWD: defineCommand({
    verb: 'CWD',
    aliases: ['XCWD'],
    rfc: 'RFC 959 §4.1.1',
    group: 'DIRS',
    argument: pathname,
    path,
    help: '<sp> pathname',
  }),
  CDUP: defineCommand({
    verb: 'CDUP',
    aliases: ['XCUP'],
    rfc: 'RFC 959 §4.1.1',
    group: 'DIRS',
    argument: none,
    path: () => '..',
    help: '(up one directory)',
  }),
  PWD: defineCommand({
    verb: 'PWD',
    aliases: ['XPWD'],
    rfc: 'RFC 959 §4.1.3',
    group: 'DIRS',
    argument: none,
    help: '(returns current working directory)',
  }),
  MKD: defineCommand({
    verb: 'MKD',
    aliases: ['XMKD'],
    rfc: 'RFC 959 §4.1.3',
    group: 'WRITE',
    argument: pathname,
    path,
    help: '<sp> pathname',
  }),
  RMD: defineCommand({
    verb: 'RMD',
    aliases: ['XRMD'],
    rfc: 'RFC 959 §4.1.3',
    group: 'WRITE',
    argument: pathname,
    path,
    help: '<sp> pathname',
  }),
  SMNT: defineCommand({
    verb: 'SMNT',
    rfc: 'RFC 959 §4.1.1',
    availability: 'unimplemented',
    argument: { ...pathname, parse: (text) => text },
    help: 'is not implemented',
  }),
};
