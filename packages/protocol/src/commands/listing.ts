import { pathname, optional } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** Options and name of LIST, NLST and STAT. */
export interface ListArgument {
  /** The options as sent, for example `-al`; `''` for none. Read by `parseListOptions`. */
  readonly options: string;
  /** A name or pattern. Absent: the current directory; for STAT, the state of the session. */
  readonly path?: string;
}

export interface ListingCommands {
  readonly LIST: CommandRow<ListArgument>;
  readonly NLST: CommandRow<ListArgument>;
  readonly STAT: CommandRow<ListArgument>;
  readonly MLSD: CommandRow<string | undefined>;
  readonly MLST: CommandRow<string | undefined>;
  readonly SIZE: CommandRow<string>;
  readonly MDTM: CommandRow<string>;
}

const path = (name: string | undefined): string | undefined => name;
const listPath = (argument: ListArgument): string | undefined => argument.path;

/** Words that start with `-` are options, up to the first that does not; after one blank, the rest is one name. */
const listArgument: ArgumentSyntax<ListArgument> = {
  syntax: '[<sp> pathname]',
  parse: (text) => {
    const [options = ''] = /^(?:-\S*(?:[ \t]|$))*/.exec(text) ?? [];
    const name = text.slice(options.length);
    return name.trim() === '' ? { options: options.trim() } : { options: options.trim(), path: name };
  },
};

export const listingCommands: ListingCommands = {
  LIST: defineCommand({
    verb: 'LIST',
    rfc: 'RFC 959 §4.1.3',
    group: 'DIRS',
    argument: listArgument,
    path: listPath,
    help: '[<sp> pathname]',
  }),
  NLST: defineCommand({
    verb: 'NLST',
    rfc: 'RFC 959 §4.1.3',
    group: 'DIRS',
    argument: listArgument,
    path: listPath,
    help: '[<sp> (pathname)]',
  }),
  STAT: defineCommand({
    verb: 'STAT',
    rfc: 'RFC 959 §4.1.3',
    group: 'DIRS',
    isAllowedDuringTransfer: true,
    argument: listArgument,
    path: listPath,
    help: '[<sp> pathname]',
  }),
  MLSD: defineCommand({
    verb: 'MLSD',
    rfc: 'RFC 3659 §7',
    group: 'DIRS',
    argument: optional(pathname),
    path,
    help: '[<sp> pathname]',
  }),
  MLST: defineCommand({
    verb: 'MLST',
    rfc: 'RFC 3659 §7',
    group: 'DIRS',
    argument: optional(pathname),
    path,
    help: '[<sp> pathname]',
  }),
  SIZE: defineCommand({
    verb: 'SIZE',
    rfc: 'RFC 3659 §4',
    group: 'READ',
    argument: pathname,
    path,
    feat: 'SIZE',
    help: '<sp> pathname',
  }),
  MDTM: defineCommand({
    verb: 'MDTM',
    rfc: 'RFC 3659 §3',
    group: 'DIRS',
    argument: pathname,
    path,
    feat: 'MDTM',
    help: '<sp> pathname',
  }),
};
