import { reply, texts } from '@ftpd/protocol';
import { newOwners } from '../new-owners.ts';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3, appendix II for the quotes. */
export const mkd: Handler<'MKD'> = async (session, text) => {
  const path = session.pathOf(text);
  const settings = session.settingsAt(path);
  if (!settings.isPathAllowed(text)) return reply(550, `${text}: Forbidden filename`);
  await session.files.makeDirectory(path, {
    mode: 0o777 & ~settings.directoryUmask,
    ...(await newOwners(session, settings)),
  });
  return texts.directoryCreated(path);
};
