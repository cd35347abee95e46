import { ownAccountFiles, type AccountFileSource } from '@ftpd/auth';
import { openAccountFile } from '../keeper/requests/open-account-file.ts';
import type { KeeperClient } from '../keeper/request.ts';

/** Files that only root may read come from the keeper; the others are opened here, which costs less. */
export function accountFilesThrough(keeper: KeeperClient): AccountFileSource {
  return {
    async open(path, seen) {
      try {
        return await ownAccountFiles.open(path, seen);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
      }
      const { descriptors } = await keeper.askForDescriptors(openAccountFile, { path, seen });
      return descriptors[0];
    },
  };
}
