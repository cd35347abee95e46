import { reply, type Reply } from '@ftpd/protocol';
import { isStorageError, parentOf, type VirtualPath } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

async function isThere(session: Session, path: VirtualPath): Promise<boolean> {
  try {
    await session.files.stat(path, { followsSymlinks: false });
    return true;
  } catch (error) {
    if (isStorageError(error)) return false;
    throw error;
  }
}

/** RFC 959 §4.1.3 */
export const rnto: Handler<'RNTO'> = async (session, text) => {
  const { state } = session;
  if (state.phase !== 'rename-pending') return reply(503, 'Bad sequence of commands');
  session.advance({ type: 'rename-ended' });
  return rename(session, state.from as VirtualPath, text);
};

async function rename(session: Session, from: VirtualPath, text: string): Promise<Reply> {
  const to = session.pathOf(text);
  const settings = session.settingsAt(parentOf(to));
  if (!settings.isPathAllowed(text)) return reply(550, `${text}: Forbidden filename`);
  if (!settings.allowsOverwrite && (await isThere(session, to)))
    return reply(550, `${text}: Rename permission denied`);
  try {
    await session.files.rename(from, to);
  } catch (error) {
    if (isStorageError(error, 'STORAGE_IS_DIRECTORY')) return reply(550, `${text}: Operation not permitted`);
    throw error;
  }
  return reply(250, 'Rename successful');
}
