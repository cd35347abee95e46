import { notUnderstood, parseDecimal, refuse, transferPathname, words } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** What RANG asks for; `reset` takes an earlier range back. */
export type RangeArgument =
  | { readonly kind: 'reset' }
  /** Both bytes belong to the range, counted from 0. */
  | { readonly kind: 'range'; readonly firstByte: number; readonly lastByte: number };

export interface TransferCommands {
  readonly RETR: CommandRow<string>;
  readonly STOR: CommandRow<string>;
  readonly STOU: CommandRow<void>;
  readonly APPE: CommandRow<string>;
  /** Bytes to allocate; undefined for a number ProFTPD takes, but nobody can. */
  readonly ALLO: CommandRow<number | undefined>;
  /** Offset in bytes. */
  readonly REST: CommandRow<number>;
  readonly RANG: CommandRow<RangeArgument>;
  readonly ABOR: CommandRow<void>;
}

const path = (name: string): string => name;

const noArgumentOr500: ArgumentSyntax<void> = {
  syntax: '',
  parse: (text, verb) => {
    if (text.trim() !== '') notUnderstood(500, verb, text);
  },
};

/** ProFTPD takes a name after STOU and does not use it; old clients send one (RFC 1123 §4.1.2.9 has none). */
const atMostOneWord: ArgumentSyntax<void> = {
  syntax: '',
  parse: (text, verb) => {
    if (words(text).length > 1) notUnderstood(500, verb, text);
  },
};

const allocation: ArgumentSyntax<number | undefined> = {
  syntax: '<sp> size [<sp> R <sp> max-record-size]',
  parse: (text, verb) => {
    const [size, record, recordSize, ...more] = words(text);
    if (size === undefined || (record !== undefined && recordSize === undefined) || more.length > 0) {
      return notUnderstood(504, verb, text);
    }
    if (!/^[+-]?\d+$/.test(size)) return refuse('PROTO_SYNTAX', 504, `${size}: Invalid ALLO argument`);
    return parseDecimal(size);
  },
};

const offset: ArgumentSyntax<number> = {
  syntax: '<sp> byte-count',
  parse: (text, verb) => {
    const [count, ...more] = words(text);
    if (count === undefined || more.length > 0) return notUnderstood(500, verb, text);
    return (
      parseDecimal(count) ??
      refuse('PROTO_OUT_OF_RANGE', 501, `${verb} requires a value greater than or equal to 0`)
    );
  },
};

const range: ArgumentSyntax<RangeArgument> = {
  syntax: '<sp> start-point <sp> end-point',
  parse: (text, verb) => {
    const [first, last, ...more] = words(text);
    if (first === undefined || last === undefined || more.length > 0) return notUnderstood(500, verb, text);
    const firstByte = parseDecimal(first);
    const lastByte = parseDecimal(last);
    if (firstByte === undefined || lastByte === undefined) {
      return refuse('PROTO_OUT_OF_RANGE', 501, `${verb} requires a value greater than or equal to 0`);
    }
    if (firstByte === 1 && lastByte === 0) return { kind: 'reset' };
    if (firstByte > lastByte) return refuse('PROTO_OUT_OF_RANGE', 501, `${verb} start must be less than end`);
    return { kind: 'range', firstByte, lastByte };
  },
};

export const transferCommands: TransferCommands = {
  RETR: defineCommand({
    verb: 'RETR',
    rfc: 'RFC 959 §4.1.3',
    group: 'READ',
    argument: transferPathname,
    path,
    help: '<sp> pathname',
  }),
  STOR: defineCommand({
    verb: 'STOR',
    rfc: 'RFC 959 §4.1.3',
    group: 'WRITE',
    argument: transferPathname,
    path,
    help: '<sp> pathname',
  }),
  STOU: defineCommand({
    verb: 'STOU',
    rfc: 'RFC 959 §4.1.3, RFC 1123 §4.1.2.9',
    group: 'WRITE',
    argument: atMostOneWord,
    help: '(store unique filename)',
  }),
  APPE: defineCommand({
    verb: 'APPE',
    rfc: 'RFC 959 §4.1.3',
    group: 'WRITE',
    argument: transferPathname,
    path,
    help: '<sp> pathname',
  }),
  ALLO: defineCommand({
    verb: 'ALLO',
    rfc: 'RFC 959 §4.1.3',
    argument: allocation,
    help: '<sp> size',
  }),
  REST: defineCommand({
    verb: 'REST',
    rfc: 'RFC 3659 §5',
    argument: offset,
    feat: 'REST STREAM',
    help: '<sp> byte-count',
  }),
  RANG: defineCommand({
    verb: 'RANG',
    rfc: 'draft-bryan-ftp-range-08',
    argument: range,
    feat: 'RANG STREAM',
    help: '<sp> start-point <sp> end-point',
  }),
  ABOR: defineCommand({
    verb: 'ABOR',
    rfc: 'RFC 959 §4.1.3, RFC 1123 §4.1.2.10',
    isAllowedDuringTransfer: true,
    argument: noArgumentOr500,
    help: '(abort current operation)',
  }),
};
