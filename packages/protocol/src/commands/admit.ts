import { isProtocolError } from '../errors.ts';
import { reply, type Reply } from '../replies/reply.ts';
import { isLoggedIn, type SessionState } from '../session/phase.ts';
import type { AnyCommandRow } from './row.ts';

/**
 * Why a command has no place in the present state: not implemented, login missing, or a bad sequence, in ProFTPD's order.
 * @param verb - The verb as sent, for the reply.
 * @returns undefined when the command may go on.
 */
export function refusalInState(row: AnyCommandRow, state: SessionState, verb: string): Reply | undefined {
  if (state.phase === 'rename-pending' && !allowedInRename.has(row.verb))
    return reply(501, 'Bad sequence of commands');
  return refusalBeforeLogin(row, state, verb) ?? row.refusals?.[state.phase];
}

/** RNTO has to follow RNFR at once (RFC 959 §4.1.3); ProFTPD lets only these pass. */
const allowedInRename: ReadonlySet<string> = new Set(['RNTO', 'NOOP', 'HELP', 'STAT', 'QUIT']);

function refusalBeforeLogin(row: AnyCommandRow, state: SessionState, verb: string): Reply | undefined {
  if (row.availability === 'unimplemented') return reply(502, `${verb} command not implemented`);
  return row.requiresLogin && !isLoggedIn(state) ? reply(530, 'Please login with USER and PASS') : undefined;
}

/** A command that may run, with its argument read, or the reply that refuses it. */
export type Admission =
  | { readonly isAdmitted: true; readonly argument: unknown }
  | { readonly isAdmitted: false; readonly reply: Reply };

/**
 * Checks state and argument of a command, and tells of two faults the one that ProFTPD tells.
 * @param verb - The verb as sent, for the reply.
 * @param text - Everything after the verb and one blank.
 */
export function admitCommand(row: AnyCommandRow, state: SessionState, verb: string, text: string): Admission {
  const refuse = (refusal: Reply): Admission => ({ isAdmitted: false, reply: refusal });
  const early = row.isArgumentCheckedFirst
    ? refusalBeforeLogin(row, state, verb)
    : refusalInState(row, state, verb);
  if (early !== undefined) return refuse(early);
  try {
    const argument = row.argument.parse(text, verb);
    const late = refusalInState(row, state, verb);
    return late === undefined ? { isAdmitted: true, argument } : refuse(late);
  } catch (error) {
    if (isProtocolError(error)) return refuse(error.reply);
    throw error;
  }
}
