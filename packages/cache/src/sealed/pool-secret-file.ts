import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { CacheError } from '../errors.ts';
import { PoolSecret } from './pool-secret.ts';

const maxFileBytes = 65_536;

/**
 * Reads a PoolSecretFile. A file that its group or others can read or write, or that belongs to somebody else, is refused.
 * @param owners - User ids that the file may belong to. Default: root and this process's user.
 * @throws {CacheError} CACHE_BAD_SECRET
 */
export async function readPoolSecretFile(
  path: string,
  owners: readonly number[] = [0, userInfo().uid],
): Promise<PoolSecret> {
  const fault = (what: string, cause?: unknown): CacheError =>
    new CacheError('CACHE_BAD_SECRET', { message: `The pool secret file '${path}' ${what}`, cause });
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw fault('cannot be opened', error);
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw fault('is not a regular file');
    if ((stats.mode & 0o077) !== 0)
      throw fault('is open to its group or others: give it the mode 0600 (and make a new secret)');
    if (!owners.includes(stats.uid)) throw fault(`belongs to the user ${stats.uid}, who must not know it`);
    if (stats.size > maxFileBytes) throw fault(`is longer than ${maxFileBytes} bytes`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxFileBytes + 1), 0, maxFileBytes + 1, 0);
    return PoolSecret.parse(buffer.subarray(0, bytesRead).toString('latin1'));
  } finally {
    await file.close();
  }
}
