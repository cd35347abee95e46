import type { PrivilegedStorageOptions } from '@ftpd/storage-local';
import { openRoot } from '../keeper/requests/open-root.ts';
import type { KeeperClient } from '../keeper/request.ts';

/** Opens session roots through the keeper: homes below a folder that their users may not pass. */
export function rootsThrough(keeper: KeeperClient): NonNullable<PrivilegedStorageOptions['openRoot']> {
  return async (path, { user }) => {
    const { value, descriptors } = await keeper.askForDescriptors(openRoot, { user, path });
    const [descriptor] = descriptors;
    if (descriptor !== undefined) return descriptor;
    const code = value.failure ?? 'EIO';
    throw Object.assign(new Error(`${code}: the root of a session, ${path}`), { code });
  };
}
