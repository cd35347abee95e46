import { reply } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import { groupIdOf } from '../group-id.ts';
import type { Handler } from '../handler.ts';

/** draft-somers-ftp-mfxx §5: sets several facts of a file. */
export const mff: Handler<'MFF'> = async (session, { modifiedMs, mode, group, facts, path: text }) => {
  const path = session.pathOf(text);
  try {
    await session.files.stat(path);
    if (group !== undefined) {
      const gid = groupIdOf(session, group);
      if (gid === undefined) return reply(501, `${group}: Invalid argument`);
      await session.files.setGroup(path, gid);
    }
    if (mode !== undefined) await session.files.setMode(path, mode);
    // Last, because the others may change it.
    if (modifiedMs !== undefined) await session.files.setTimes(path, { modifiedMs });
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return reply(isStorageError(error, 'STORAGE_NOT_FOUND') ? 550 : 501, `${text}: ${error.message}`);
  }
  return reply(213, `${facts} ${text}`);
};
