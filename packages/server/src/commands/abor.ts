import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3. A transfer under way was ended, and answered 426, before this runs. */
export const abor: Handler<'ABOR'> = (session) => {
  session.dataPort.close();
  return reply(226, 'Abort successful');
};
