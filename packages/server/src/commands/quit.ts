import { reply, texts } from '@ftpd/protocol';
import { sessionDisplay } from '../display-file.ts';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.1: the connection is closed after the reply, whose text may be that of a file (DisplayQuit). */
export const quit: Handler<'QUIT'> = async (session) => {
  const shown = await sessionDisplay(session, session.settings.display.quit);
  return shown.length === 0 ? texts.goodbye() : reply(221, ...shown);
};
