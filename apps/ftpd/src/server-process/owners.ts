import { fstat, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { decodeName } from '@ftpd/storage';
import type { PrivilegedStorageOptions } from '@ftpd/storage-local';
import { giveOwner } from '../keeper/requests/give-owner.ts';
import type { KeeperClient } from '../keeper/request.ts';

const statOf = promisify(fstat);

/** Gives new files to the owner that the configuration names, through the keeper. */
export function ownersThrough(keeper: KeeperClient): NonNullable<PrivilegedStorageOptions['changeOwner']> {
  return async (descriptor, wanted) => {
    const stats = await statOf(descriptor, { bigint: true });
    // Answered without asking the file system.
    const path = decodeName(readlinkSync(`/proc/self/fd/${descriptor}`, 'buffer'));
    const { failure } = await keeper.ask(giveOwner, {
      path,
      device: String(stats.dev),
      inode: String(stats.ino),
      uid: wanted.uid ?? Number(stats.uid),
      gid: wanted.gid ?? Number(stats.gid),
    });
    if (failure !== undefined) throw new Error(failure);
  };
}
