import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.2 */
export const type: Handler<'TYPE'> = (session, { type: representation, name }) => {
  session.parameters.type = representation === 'ascii' ? 'A' : 'I';
  return reply(200, `Type set to ${name}`);
};
