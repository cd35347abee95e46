import { isStorageError, type FileStat, type OpenFile, type VirtualPath } from '@ftpd/storage';
import { Refused } from './refused.ts';
import type { Session } from './session.ts';

async function isDanglingLink(session: Session, path: VirtualPath): Promise<boolean> {
  try {
    return (await session.files.stat(path, { followsSymlinks: false })).kind === 'symlink';
  } catch (error) {
    if (isStorageError(error)) return false;
    throw error;
  }
}

/**
 * Opens what must be a regular file.
 * @param open - Opens it; closed again when it is something else.
 * @throws {Refused} 550 for folders, devices and links that lead nowhere. @throws {StorageError}
 */
export async function openRegular(
  session: Session,
  path: VirtualPath,
  text: string,
  open: () => Promise<OpenFile>,
): Promise<{ readonly file: OpenFile; readonly stat: FileStat }> {
  let file: OpenFile | undefined;
  try {
    file = await open();
    const stat = await file.stat();
    if (stat.kind === 'file') return { file, stat };
  } catch (error) {
    await file?.close();
    const isOther =
      isStorageError(error, 'STORAGE_IS_DIRECTORY', 'STORAGE_LOOP') ||
      (isStorageError(error, 'STORAGE_NOT_FOUND') && (await isDanglingLink(session, path)));
    if (!isOther) throw error;
    file = undefined;
  }
  await file?.close();
  throw new Refused(550, `${text}: Not a regular file`);
}
