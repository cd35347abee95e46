import { lstatSync, unlinkSync } from 'node:fs';

/**
 * Removes the file that ftpdctl of ProFTPD 1.3.8 binds its end of a connection to: it leaves that to the daemon, and
 * where one of the same process number is left over, of another user, it can't connect any more. Only a socket is
 * removed. Never throws.
 */
export function removeClientFile(pid: number): void {
  const path = `/tmp/ftp.cl${String(pid).padStart(5, '0')}`;
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(path);
  } catch {
    // It is another user's, and this process is not root.
  }
}
