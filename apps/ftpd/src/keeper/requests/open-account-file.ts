import { ftpUsersPath, ownAccountFiles, shellsPath } from '@ftpd/auth';
import { authGroupFile, authUserFile } from '../../modules/account-file-rows.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperContext, type KeeperRequest } from '../request.ts';

const fields = { path: 'path', seen: 'text?' } as const;

/** What a server may read that only root may: the files that the configuration names, and the lists of this machine. */
function mayBeRead(keeper: KeeperContext, path: string): boolean {
  return (
    path === ftpUsersPath ||
    path === shellsPath ||
    [authUserFile, authGroupFile].some((row) =>
      configuredValues(keeper, row).some((file) => file.path === path),
    )
  );
}

/** Opens an AuthUserFile or AuthGroupFile for reading. No descriptor: it is the one that the server has seen. */
export const openAccountFile: KeeperRequest<Fields<typeof fields>, 'opened' | 'unchanged'> = {
  name: 'open-account-file',
  deadlineMs: 5000,
  maxParallel: 16,
  check: (input) => readFields(input, fields),
  async handle({ path, seen }, keeper) {
    if (!mayBeRead(keeper, path)) throw new KeeperError('KEEPER_REFUSED', path);
    const descriptor = await ownAccountFiles.open(path, seen);
    return descriptor === undefined ? { value: 'unchanged' } : { value: 'opened', descriptors: [descriptor] };
  },
};
