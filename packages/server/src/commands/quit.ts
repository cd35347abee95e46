import { reply } from '@ftpd/protocol';
import { serverDisplay } from '../display-file.ts';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.1: the connection is closed after the reply. */
export const quit: Handler<'QUIT'> = async (session) =>
  reply(221, ...(await serverDisplay(session, session.settings.display.quit)), 'Goodbye.');
