import type { Handler } from '../handler.ts';
import { Refused } from '../refused.ts';
import { store } from '../store.ts';
import { takeStart } from '../transfer/start.ts';

/** RFC 959 §4.1.3 */
export const appe: Handler<'APPE'> = (session, text, { row }) => {
  const start = takeStart(session);
  if (start.maxBytes !== Infinity) throw new Refused(550, 'APPE incompatible with RANG');
  return store({ session, row, text, verb: 'APPE', start });
};
