import { reply, type Reply } from '../replies/reply.ts';
import { isLoggedIn, type SessionState } from '../session/phase.ts';
import type { AnyCommandRow } from './row.ts';

/**
 * Why a command has no place in the present state: not implemented, login missing, or a bad sequence, in ProFTPD's order.
 * The argument is to be parsed only after this, except for USER, HOST and RNTO, whose argument ProFTPD looks at first.
 * @param verb - The verb as sent, for the reply.
 * @returns undefined when the command may go on.
 */
export function refusalInState(row: AnyCommandRow, state: SessionState, verb: string): Reply | undefined {
  if (row.availability === 'unimplemented') return reply(502, `${verb} command not implemented`);
  if (row.requiresLogin && !isLoggedIn(state)) return reply(530, 'Please login with USER and PASS');
  return row.refusals?.[state.phase];
}
