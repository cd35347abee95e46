import { reply } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import type { Handler } from '../handler.ts';

/** draft-somers-ftp-mfxx §3: sets the time of the last modification. */
export const mfmt: Handler<'MFMT'> = async (session, { modifiedMs, timestamp, path: text }) => {
  const path = session.pathOf(text);
  try {
    await session.files.setTimes(path, { modifiedMs });
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return reply(isStorageError(error, 'STORAGE_NOT_FOUND') ? 550 : 501, `${text}: ${error.message}`);
  }
  return reply(213, `Modify=${timestamp}; ${text}`);
};
