import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** What the client says it is; kept for logs. */
export const clnt: Handler<'CLNT'> = (session, name) => {
  session.clientName = name === '' ? undefined : name.slice(0, 256);
  return reply(200, 'OK');
};
