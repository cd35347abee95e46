import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** draft-peterson-ftp-csid: client and server say what they are. */
export const csid: Handler<'CSID'> = (session, text) => {
  if (text !== '') session.clientName = text.slice(0, 256);
  return reply(200, 'name=ftpd;casesensitive=1;');
};
