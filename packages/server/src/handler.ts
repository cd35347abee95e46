import type { AnyCommandRow, ArgumentOf, Reply, SiteArgumentOf, SiteVerb, Verb } from '@ftpd/protocol';
import type { Session } from './session.ts';
import type { TransferPlan } from './transfer/plan.ts';

/** What a command comes to: a reply, or something to be done over a data connection. */
export type HandlerResult = Reply | TransferPlan;

/** What a handler is told besides its argument. */
export interface CommandContext {
  readonly row: AnyCommandRow;
  /** As sent, in capitals: some replies name it. */
  readonly verb: string;
  /** The argument as sent. */
  readonly text: string;
}

/**
 * Does one verb. Login, `<Limit>` and filters were asked before.
 * May throw StorageError (550 with its text), ProtocolError and Refused (their replies).
 */
export type Handler<V extends Verb> = (
  session: Session,
  argument: ArgumentOf<V>,
  context: CommandContext,
) => HandlerResult | Promise<HandlerResult>;

/** The same for a subcommand of SITE. */
export type SiteHandler<V extends SiteVerb> = (
  session: Session,
  argument: SiteArgumentOf<V>,
  context: CommandContext,
) => Reply | Promise<Reply>;

/** A handler whose argument type was left behind in a table. */
export type AnyHandler = (
  session: Session,
  argument: unknown,
  context: CommandContext,
) => HandlerResult | Promise<HandlerResult>;

export function isReply(result: HandlerResult): result is Reply {
  return 'code' in result;
}
