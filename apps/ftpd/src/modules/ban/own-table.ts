import { closeSync, constants, fchownSync, fstatSync, openSync } from 'node:fs';
import type { DirectiveReader } from '@ftpd/module';
import { createSystemAccounts } from '../../policy/system-accounts.ts';
import { isRoot } from '../../privileges.ts';
import { group, user } from '../core/server.ts';

/**
 * Makes the table the serving account's, while this process is still root: later it could not write to it.
 * @throws the system's error, or one that says what is wrong with the file
 */
export function giveTableAway(path: string, main: DirectiveReader): void {
  const name = main.first(user);
  if (!isRoot() || name === undefined) return;
  const system = createSystemAccounts();
  const account = system.user(name);
  if (account === undefined) return;
  const groupName = main.first(group);
  const gid = (groupName === undefined ? undefined : system.groupId(groupName)) ?? account.gid;
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const stats = fstatSync(descriptor);
    // A second name may be that of a file which is not the account's to write.
    if (!stats.isFile() || stats.nlink !== 1) throw new Error('it is no file of one name');
    if (stats.uid !== account.uid || stats.gid !== gid) fchownSync(descriptor, account.uid, gid);
  } finally {
    closeSync(descriptor);
  }
}
