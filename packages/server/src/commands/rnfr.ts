import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3: what will be renamed; RNTO has to follow. */
export const rnfr: Handler<'RNFR'> = async (session, text) => {
  const path = session.pathOf(text);
  if (!session.settingsAt(path).isPathAllowed(text)) return reply(550, `${text}: Forbidden filename`);
  await session.files.stat(path, { followsSymlinks: false });
  session.advance({ type: 'rename-started', from: path });
  return texts.renameReady();
};
