import { parseTimestamp } from '../formats/timestamp.ts';
import { notUnderstood, refuse } from './arguments.ts';
import { parseModeChange, type ModeChange } from './mode-change.ts';
import {
  defineCommand,
  type AnyCommandRow,
  type ArgumentOfRow,
  type ArgumentSyntax,
  type CommandRow,
} from './row.ts';

export interface ChangeModeArgument {
  readonly change: ModeChange;
  readonly path: string;
}

export interface ChangeGroupArgument {
  /** A group's number or name. */
  readonly group: string;
  readonly path: string;
}

export interface TouchArgument {
  readonly modifiedMs: number;
  /** Absent: same as `modifiedMs`. */
  readonly accessedMs?: number;
  readonly path: string;
}

export interface SymlinkArgument {
  readonly target: string;
  readonly path: string;
}

export interface SiteTable {
  readonly CHMOD: CommandRow<ChangeModeArgument>;
  readonly CHGRP: CommandRow<ChangeGroupArgument>;
  readonly MKDIR: CommandRow<string>;
  readonly RMDIR: CommandRow<string>;
  readonly SYMLINK: CommandRow<SymlinkArgument>;
  readonly UTIME: CommandRow<TouchArgument>;
  readonly HELP: CommandRow<string | undefined>;
}

/** ProFTPD's core answers two lines when the subcommand has too few parameters, its modules one. */
function siteNotUnderstood(name: string): never {
  return notUnderstood(500, 'SITE', name);
}

function firstAndRest(text: string, name: string): readonly [string, string] {
  const [, first = '', rest = ''] = /^[ \t]*(\S+)[ \t](.*)$/s.exec(text) ?? [];
  return rest.trim() === '' ? siteNotUnderstood(name) : [first, rest];
}

const changeMode: ArgumentSyntax<ChangeModeArgument> = {
  syntax: '<sp> mode <sp> pathname',
  parse: (text, name) => {
    const [mode, path] = firstAndRest(text, name);
    const change = parseModeChange(mode) ?? refuse('PROTO_SYNTAX', 550, `'${mode}': invalid mode`);
    return { change, path };
  },
};

const changeGroup: ArgumentSyntax<ChangeGroupArgument> = {
  syntax: '<sp> group <sp> pathname',
  parse: (text, name) => {
    const [group, path] = firstAndRest(text, name);
    return { group, path };
  },
};

const sitePath: ArgumentSyntax<string> = {
  syntax: '<sp> path',
  parse: (text, name) => (text.trim() === '' ? siteNotUnderstood(name) : text),
};

/** The target ends at the first blank, as in ProFTPD; the name of the link keeps its own. */
const symlink: ArgumentSyntax<SymlinkArgument> = {
  syntax: '<sp> source <sp> destination',
  parse: (text, name) => {
    const [target, path] = firstAndRest(text, name);
    return { target, path };
  },
};

/** `YYYYMMDDhhmm[ss]` in UTC. @see ProFTPD mod_site_misc */
function touchTime(text: string): number | undefined {
  return /^\d{12}$/.test(text)
    ? parseTimestamp(`${text}00`)
    : /^\d{14}$/.test(text)
      ? parseTimestamp(text)
      : undefined;
}

/** `TIME path`, or `path ACCESSED MODIFIED CREATED UTC` as wu-ftpd has it. */
const touch: ArgumentSyntax<TouchArgument> = {
  syntax: '<sp> YYYYMMDDhhmm[ss] <sp> path',
  parse: (text, name) => {
    const invalid = (): never => refuse('PROTO_SYNTAX', 500, `${name} ${text}: Invalid argument`);
    const long = /^(.+)[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d+)[ \t]+UTC[ \t]*$/is.exec(text);
    if (long !== null) {
      const [, path = '', accessed = '', modified = ''] = long;
      return {
        path,
        accessedMs: touchTime(accessed) ?? invalid(),
        modifiedMs: touchTime(modified) ?? invalid(),
      };
    }
    const [time, path] = firstAndRest(text, name);
    return { path, modifiedMs: touchTime(time) ?? invalid() };
  },
};

const pathOf = (argument: { readonly path: string }): string => argument.path;
const path = (name: string): string => name;

/** The SITE commands: same rows, whose verb is the word after SITE. `<Limit SITE_CHMOD>` covers them, too. */
export const siteTable: SiteTable = {
  CHMOD: defineCommand({
    verb: 'CHMOD',
    rfc: 'ProFTPD mod_site',
    group: 'WRITE',
    argument: changeMode,
    path: pathOf,
    help: '<sp> mode <sp> pathname',
  }),
  CHGRP: defineCommand({
    verb: 'CHGRP',
    rfc: 'ProFTPD mod_site',
    group: 'WRITE',
    argument: changeGroup,
    path: pathOf,
    help: '<sp> group <sp> pathname',
  }),
  MKDIR: defineCommand({
    verb: 'MKDIR',
    rfc: 'ProFTPD mod_site_misc',
    group: 'WRITE',
    argument: sitePath,
    path,
    feat: 'SITE MKDIR',
    help: '<sp> path',
  }),
  RMDIR: defineCommand({
    verb: 'RMDIR',
    rfc: 'ProFTPD mod_site_misc',
    group: 'WRITE',
    argument: sitePath,
    path,
    feat: 'SITE RMDIR',
    help: '<sp> path',
  }),
  SYMLINK: defineCommand({
    verb: 'SYMLINK',
    rfc: 'ProFTPD mod_site_misc',
    group: 'WRITE',
    argument: symlink,
    path: pathOf,
    feat: 'SITE SYMLINK',
    help: '<sp> source <sp> destination',
  }),
  UTIME: defineCommand({
    verb: 'UTIME',
    rfc: 'ProFTPD mod_site_misc',
    group: 'WRITE',
    argument: touch,
    path: pathOf,
    feat: 'SITE UTIME',
    help: '<sp> YYYYMMDDhhmm[ss] <sp> path',
  }),
  HELP: defineCommand({
    verb: 'HELP',
    rfc: 'ProFTPD mod_site',
    requiresLogin: false,
    argument: {
      syntax: '[<sp> site-command]',
      parse: (text) => (text.trim() === '' ? undefined : text.trim().toUpperCase()),
    },
    help: '[<sp> site-command]',
  }),
};

export type SiteVerb = keyof SiteTable;
export type SiteArgumentOf<V extends SiteVerb> = ArgumentOfRow<SiteTable[V]>;
export type FoundSiteCommand = AnyCommandRow & { readonly verb: SiteVerb };

/** All rows of SITE. */
export const siteRows: readonly FoundSiteCommand[] = Object.values(
  siteTable as unknown as Record<SiteVerb, FoundSiteCommand>,
);

/** The row of a SITE command in upper case. @returns undefined for an unknown one. */
export function findSiteCommand(name: string): FoundSiteCommand | undefined {
  return Object.hasOwn(siteTable, name) ? (siteTable[name as SiteVerb] as FoundSiteCommand) : undefined;
}
