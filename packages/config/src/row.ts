import type { Position } from './config-error.ts';

/** Where a directive may stand, in the words of ProFTPD's documentation. */
export type Context =
  | 'server config'
  | '<VirtualHost>'
  | '<Global>'
  | '<Anonymous>'
  | '<Directory>'
  | '<Limit>'
  | '<Class>'
  | '.ftpaccess';

/** The contexts of a server: the main one, virtual ones and what they have in common. */
export const SERVER_CONTEXTS: readonly Context[] = ['server config', '<VirtualHost>', '<Global>'];

/** Every context. */
export const ALL_CONTEXTS: readonly Context[] = [
  ...SERVER_CONTEXTS,
  '<Anonymous>',
  '<Directory>',
  '<Limit>',
  '<Class>',
  '.ftpaccess',
];

/**
 * What several occurrences in one section mean: the first or the last is in force, each is, or they become one value
 * by the row's `merge`.
 */
export type Repeats = 'first-wins' | 'last-wins' | 'all' | 'merge';

/** What a row's parser knows of the occurrence it parses. */
export interface DirectiveSite extends Position {
  /** The directive's name as the row spells it. */
  readonly directive: string;
  readonly context: Context;
  /** Says that something about this occurrence is of no effect. */
  readonly warn: (sentence: string) => void;
}

/** One directive: all that is known of it stands in its row. */
export interface DirectiveRow<T> {
  /** As documented; case does not count in files. */
  readonly name: string;
  /** The module that has it, such as `mod_core.c`. */
  readonly module: string;
  /** As documented, with the name: `Umask file-umask [dir-umask]`. */
  readonly syntax: string;
  readonly contexts: readonly Context[];
  readonly repeats: Repeats;
  /** One sentence for the reference. */
  readonly doc: string;
  /** The value in force where the directive is not set; absent: none. */
  readonly defaultValue?: NoInfer<T>;
  /** Turns parameters into the value; throws what `badValue` or `badCount` make. */
  readonly parse: (args: readonly string[], site: DirectiveSite) => T;
  /** Joins the values of one section, in file order; with `repeats: 'merge'`. */
  merge?(earlier: T, later: T): T;
  /**
   * Whether a section takes the value of the sections around it where it has none of its own: a `<Directory>` of its
   * server, an `<Anonymous>` of its server. Default: true.
   */
  readonly isInherited?: boolean;
}

/** A row that always has a value. */
export interface DefaultedRow<T> extends DirectiveRow<T> {
  readonly defaultValue: NoInfer<T>;
}

/** A row of any value, for tables. (`merge` is a method so that a row of any type is one.) */
export type AnyRow = DirectiveRow<unknown>;

/** Declares a directive; the type of its value is that of what `parse` returns. */
export function defineDirective<T>(row: DefaultedRow<T>): DefaultedRow<T>;
export function defineDirective<T>(row: DirectiveRow<T>): DirectiveRow<T>;
export function defineDirective<T>(row: DirectiveRow<T>): DirectiveRow<T> {
  return row;
}

/** What a parser of a row throws; the checker turns it into a ConfigError with file, line and column. */
export interface ParameterFault {
  readonly fault: 'count' | 'value';
  readonly sentence: string;
  /** Index of the parameter at fault; absent: the whole line. */
  readonly argument?: number | undefined;
  readonly hint?: string | undefined;
}

const FAULT: unique symbol = Symbol.for('@ftpd/config.ParameterFault') as never;

/**
 * A parameter that a directive does not take. To be thrown by a row's parser.
 * @param sentence - What is wrong, without the directive's name: `expected Boolean parameter`.
 * @param argument - Index of the parameter. Omitted: the parameter that a helper is at, or the whole line.
 * @param hint - What to write instead.
 */
export function badValue(sentence: string, argument?: number, hint?: string): Error {
  return fault({ fault: 'value', sentence, argument, hint });
}

/** Too few or too many parameters. To be thrown by a row's parser. Default sentence: `wrong number of parameters`. */
export function badCount(sentence: string = 'wrong number of parameters'): Error {
  return fault({ fault: 'count', sentence });
}

function fault(details: ParameterFault): Error {
  return Object.assign(new Error(details.sentence), { [FAULT]: details });
}

/** The fault that a parser has thrown; undefined if `error` is something else. */
export function faultOf(error: unknown): ParameterFault | undefined {
  return error instanceof Error ? (error as { [FAULT]?: ParameterFault })[FAULT] : undefined;
}
