import { posix } from 'node:path';
import type { Account } from '@ftpd/auth';

/**
 * An account whose home is `FOLDER/./START` (AuthUnixOptions MagicTokenChroot): FOLDER is its root, and START below it
 * where its sessions begin. The first `/./` counts, and one at the end does not.
 */
export function magicRoot(account: Account): Account {
  const [, root, start] = /^(.*?)\/\.\/(.+)$/s.exec(account.home) ?? [];
  if (root === undefined || start === undefined) return account;
  const folder = posix.normalize(root === '' ? '/' : root);
  return { ...account, root: folder, home: posix.join(folder, posix.join('/', start)) };
}
