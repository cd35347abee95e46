import { parseTimestamp } from '../formats/timestamp.ts';
import { reply } from '../replies/reply.ts';
import { pathname, refuse, wrongCount } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** MFMT: a time for a file. */
export interface ModifyTimeArgument {
  readonly modifiedMs: number;
  /** The time as sent, without its fraction, for the reply. */
  readonly timestamp: string;
  readonly path: string;
}

/** MFF: facts for a file. At least one of the three is there. */
export interface ModifyFactsArgument {
  readonly modifiedMs?: number;
  /** 0 to 0o7777. */
  readonly mode?: number;
  /** A group's number or name. */
  readonly group?: string;
  /** The facts as sent, for the reply: `modify=20200101000000;`. */
  readonly facts: string;
  readonly path: string;
}

export interface FileOperationCommands {
  readonly RNFR: CommandRow<string>;
  readonly RNTO: CommandRow<string>;
  readonly DELE: CommandRow<string>;
  readonly MFMT: CommandRow<ModifyTimeArgument>;
  readonly MFF: CommandRow<ModifyFactsArgument>;
}

const path = (name: string): string => name;

/** Cuts `first second…` at the first blank; the name keeps its own blanks. */
function firstAndPath(text: string): readonly [string, string] {
  const match = /^[ \t]*(\S+)[ \t](.*)$/s.exec(text);
  const [, first = '', name = ''] = match ?? [];
  return name.trim() === '' ? wrongCount() : [first, name];
}

function invalid(replyCode: number, what: string): never {
  return refuse('PROTO_SYNTAX', replyCode, `${what}: Invalid argument`);
}

const modifyTime: ArgumentSyntax<ModifyTimeArgument> = {
  syntax: '<sp> YYYYMMDDhhmmss <sp> pathname',
  parse: (text) => {
    const [time, name] = firstAndPath(text);
    const modifiedMs = parseTimestamp(time) ?? invalid(501, time);
    return { modifiedMs, timestamp: time.slice(0, 14), path: name };
  },
};

type Fact = Pick<ModifyFactsArgument, 'modifiedMs' | 'mode' | 'group'>;

/** The facts that MFF changes, by name in lower case. A parser gives undefined for a bad value. */
const modifiableFacts: Readonly<Record<string, (value: string) => Fact | undefined>> = {
  modify: (value) => {
    const modifiedMs = parseTimestamp(value);
    return modifiedMs === undefined ? undefined : { modifiedMs };
  },
  'unix.mode': (value) =>
    /^[0-7]{1,5}$/.test(value) ? { mode: Number.parseInt(value, 8) & 0o7777 } : undefined,
  'unix.group': (value) => (value === '' ? undefined : { group: value }),
};

const modifyFacts: ArgumentSyntax<ModifyFactsArgument> = {
  syntax: '<sp> facts <sp> pathname',
  parse: (text) => {
    const [list, name] = firstAndPath(text);
    if (!list.endsWith(';')) return invalid(550, list);
    const facts = list.slice(0, -1).split(';');
    const parsed = facts.map((fact): Fact => {
      const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(fact) ?? [];
      const known = key.toLowerCase();
      const parse = Object.hasOwn(modifiableFacts, known) ? modifiableFacts[known] : undefined;
      if (parse === undefined) return refuse('PROTO_UNSUPPORTED', 504, `Cannot modify fact '${fact}'`);
      return parse(value) ?? invalid(501, name);
    });
    return Object.assign({ facts: list, path: name }, ...parsed) as ModifyFactsArgument;
  },
};

export const fileOperationCommands: FileOperationCommands = {
  RNFR: defineCommand({
    verb: 'RNFR',
    rfc: 'RFC 959 §4.1.3',
    refusals: { 'rename-pending': reply(501, 'Bad sequence of commands') },
    group: 'WRITE',
    argument: pathname,
    path,
    help: '<sp> pathname',
  }),
  RNTO: defineCommand({
    verb: 'RNTO',
    rfc: 'RFC 959 §4.1.3',
    refusals: { ready: reply(503, 'Bad sequence of commands') },
    group: 'WRITE',
    argument: pathname,
    isArgumentCheckedFirst: true,
    path,
    help: '<sp> pathname',
  }),
  DELE: defineCommand({
    verb: 'DELE',
    rfc: 'RFC 959 §4.1.3',
    group: 'WRITE',
    argument: pathname,
    path,
    help: '<sp> pathname',
  }),
  MFMT: defineCommand({
    verb: 'MFMT',
    rfc: 'draft-somers-ftp-mfxx-04 §3',
    group: 'WRITE',
    argument: modifyTime,
    path: (argument) => argument.path,
    feat: 'MFMT',
  }),
  MFF: defineCommand({
    verb: 'MFF',
    rfc: 'draft-somers-ftp-mfxx-04 §5',
    group: 'WRITE',
    argument: modifyFacts,
    path: (argument) => argument.path,
    feat: 'MFF modify;UNIX.group;UNIX.mode;',
  }),
};
