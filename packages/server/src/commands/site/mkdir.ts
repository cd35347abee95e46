import { texts } from '@ftpd/protocol';
import { isStorageError, joinPath, rootPath, type VirtualPath } from '@ftpd/storage';
import type { SiteHandler } from '../../handler.ts';
import { newOwners } from '../../new-owners.ts';
import { siteFailure } from './failure.ts';

/** ProFTPD mod_site_misc: makes missing folders on the way, too; one that exists is no failure. */
export const mkdir: SiteHandler<'MKDIR'> = async (session, text, { verb, text: all }) => {
  const path = session.pathOf(text);
  const settings = session.settingsAt(path);
  const options = { mode: 0o777 & ~settings.directoryUmask, ...(await newOwners(session, settings)) };
  let folder: VirtualPath = rootPath;
  try {
    for (const name of path.split('/').filter((part) => part !== '')) {
      folder = joinPath(folder, name);
      try {
        await session.files.makeDirectory(folder, options);
      } catch (error) {
        if (!isStorageError(error, 'STORAGE_EXISTS')) throw error;
      }
    }
  } catch (error) {
    return siteFailure(error, `MKDIR ${all}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};
