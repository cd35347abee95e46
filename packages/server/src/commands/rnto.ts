import { reply, type Reply } from '@ftpd/protocol';
import { isStorageError, parentOf, type FileStat, type VirtualPath } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

async function statIfThere(session: Session, path: VirtualPath): Promise<FileStat | undefined> {
  try {
    return await session.files.stat(path, { followsSymlinks: false });
  } catch (error) {
    if (isStorageError(error)) return undefined;
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
  const target = await statIfThere(session, to);
  if (target && !settings.allowsOverwrite) return reply(550, `${text}: Rename permission denied`);
  if (target?.kind === 'directory') {
    const source = await statIfThere(session, from);
    if (source && source.kind !== 'directory') return reply(550, `${text}: Operation not permitted`);
  }
  await session.files.rename(from, to);
  return reply(250, 'Rename successful');
}
