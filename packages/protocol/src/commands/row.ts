import type { Reply } from '../replies/reply.ts';
import type { Phase } from '../session/phase.ts';

/** The command groups of ProFTPD's `<Limit>`; `NONE`: only `ALL` and the verb itself cover it. */
export type LimitGroup = 'LOGIN' | 'READ' | 'WRITE' | 'DIRS' | 'NONE';

/** How the text after the verb is read. */
export interface ArgumentSyntax<T> {
  /** As HELP shows it, for example `<sp> pathname`. Empty: takes no argument. */
  readonly syntax: string;
  /**
   * @param text - Everything after the verb and one blank; `''` for nothing.
   * @param verb - The verb as sent, for the reply.
   * @throws {ProtocolError} with the reply ProFTPD gives.
   */
  parse(text: string, verb: string): T;
}

/**
 * `implemented`: has a handler. `unimplemented`: answered 502. `needs-module`: answered 500 as an unknown command,
 * unless a module brings a handler.
 */
export type Availability = 'implemented' | 'unimplemented' | 'needs-module';

/** Everything the server has to know about a command before it runs. One row for a verb and its aliases. */
export interface CommandRow<T> {
  readonly verb: string;
  /** Other verbs of the same meaning, for example XCWD. */
  readonly aliases: readonly string[];
  /** Where the command is specified. */
  readonly rfc: string;
  readonly availability: Availability;
  /** Whether the command is answered 530 before login. */
  readonly requiresLogin: boolean;
  /** Replies of the phases in which the command has no place. Absent: none. */
  readonly refusals?: Readonly<Partial<Record<Phase, Reply>>>;
  readonly group: LimitGroup;
  readonly isAllowedDuringTransfer: boolean;
  readonly argument: ArgumentSyntax<T>;
  /** Whether a bad argument is told before a bad sequence, as ProFTPD does with USER, HOST and RNTO. */
  readonly isArgumentCheckedFirst: boolean;
  /** The path that access rules are checked for. Absent or `undefined`: the current directory, or none. */
  path?(argument: NoInfer<T>): string | undefined;
  /** The line of FEAT, without the leading space. Absent: none, or one that depends on the session (see `featureLines`). */
  readonly feat?: string;
  /** What `HELP VERB` shows after the verb. Absent: HELP does not know the command, as with MFMT in ProFTPD. */
  readonly help?: string;
}

/** A row whose argument type is not known at the call. */
export type AnyCommandRow = CommandRow<unknown>;

/** The type of the argument that a row's parser gives. */
export type ArgumentOfRow<R> = R extends CommandRow<infer T> ? T : never;

type Optional =
  | 'aliases'
  | 'availability'
  | 'requiresLogin'
  | 'group'
  | 'isAllowedDuringTransfer'
  | 'isArgumentCheckedFirst';
export type RowDeclaration<T> = Omit<CommandRow<T>, Optional> & Partial<Pick<CommandRow<T>, Optional>>;

/** A row with the defaults of most commands: implemented, only after login, in no group, not during a transfer. */
export function defineCommand<T>(row: RowDeclaration<T>): CommandRow<T> {
  return {
    aliases: [],
    availability: 'implemented',
    requiresLogin: true,
    group: 'NONE',
    isAllowedDuringTransfer: false,
    isArgumentCheckedFirst: false,
    ...row,
  };
}
