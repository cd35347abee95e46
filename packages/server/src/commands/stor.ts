import type { Handler } from '../handler.ts';
import { store } from '../store.ts';
import { takeStart } from '../transfer/start.ts';

/** RFC 959 §4.1.3 */
export const stor: Handler<'STOR'> = (session, text, { row }) =>
  store({ session, row, text, verb: 'STOR', start: takeStart(session) });
