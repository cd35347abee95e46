import { reply, type Reply } from '@ftpd/protocol';
import { isStorageError, StorageError } from '@ftpd/storage';
import { chdirDisplay } from '../display-file.ts';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

/** RFC 959 §4.1.1. The working directory is the resolved one, as in ProFTPD. */
export const cwd: Handler<'CWD'> = (session, text, { verb }) => changeDirectory(session, text, verb);

export async function changeDirectory(session: Session, text: string, verb: string): Promise<Reply> {
  const asked = session.pathOf(text);
  if (!session.settingsAt(asked).isPathAllowed(asked)) return reply(550, `${text}: Forbidden directory name`);
  try {
    const path = await session.files.resolve(asked);
    const stat = await session.files.stat(path);
    if (stat.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    if (!(await session.files.mayAccess(path, { execute: true })))
      throw new StorageError('STORAGE_DENIED', { path });
    session.enterDirectory(path, await session.context.policy.enterDirectory?.(session, path));
  } catch (error) {
    if (isStorageError(error)) return reply(550, `${text}: ${error.message}`);
    throw error;
  }
  return reply(250, ...(await chdirDisplay(session)), `${verb} command successful`);
}
