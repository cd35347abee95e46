import { close, constants, chown, fstat, open } from 'node:fs';
import { promisify } from 'node:util';
import { O_PATH } from '@ftpd/posix';
import { encodeName } from '@ftpd/storage';
import { groupOwner, userOwner } from '../../modules/core/owners.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperContext, type KeeperRequest } from '../request.ts';
import { accountsNamed } from './accounts-named.ts';

const fields = { path: 'path', device: 'text', inode: 'text', uid: 'id', gid: 'id' } as const;
type Input = Fields<typeof fields>;

const openFile = promisify(open);
const statOf = promisify(fstat);
const giveTo = promisify(chown);
const closeFile = promisify(close);

async function ownersOf(keeper: KeeperContext): Promise<ReadonlySet<number>> {
  const names = new Set(configuredValues(keeper, userOwner));
  const found = await Promise.all([...names].map((name) => accountsNamed(keeper, name)));
  return new Set(found.flat().map(({ uid }) => uid));
}

function groupsOf(keeper: KeeperContext): ReadonlySet<number | undefined> {
  const { accounts, scopes } = keeper.composition;
  return new Set(
    configuredValues(keeper, groupOwner).flatMap((name) => [
      keeper.system.groupId(name),
      ...scopes.map((scope) => accounts.of(scope).groupId?.(name)),
    ]),
  );
}

/**
 * Gives a new file or folder of a user to an owner whom a UserOwner names, and to its group or one that a GroupOwner names.
 * What is given is the object with these numbers, whatever the path leads to by now; nothing of root's, and no file that
 * has a second name. The value is the system's error code, or nothing.
 */
export const giveOwner: KeeperRequest<Input, { readonly failure?: string }> = {
  name: 'give-owner',
  deadlineMs: 15_000,
  maxParallel: 64,
  check: (input) => readFields(input, fields),
  async handle({ path, device, inode, uid, gid }, keeper) {
    if (!(await ownersOf(keeper)).has(uid)) throw new KeeperError('KEEPER_REFUSED', `uid ${uid}`);
    let descriptor: number | undefined;
    try {
      descriptor = await openFile(Buffer.from(encodeName(path)), O_PATH | constants.O_NOFOLLOW);
      const stats = await statOf(descriptor, { bigint: true });
      if (String(stats.dev) !== device || String(stats.ino) !== inode)
        return { value: { failure: 'ESTALE' } };
      const isSingle = stats.isDirectory() || (stats.isFile() && stats.nlink === 1n);
      const isGroupFine = stats.gid === BigInt(gid) || groupsOf(keeper).has(gid);
      if (!isSingle || stats.uid === 0n || !isGroupFine) throw new KeeperError('KEEPER_REFUSED', path);
      await giveTo(`/proc/self/fd/${descriptor}`, uid, gid);
      return { value: {} };
    } catch (error) {
      if (error instanceof KeeperError) throw error;
      return { value: { failure: (error as NodeJS.ErrnoException).code ?? 'EIO' } };
    } finally {
      if (descriptor !== undefined) await closeFile(descriptor);
    }
  },
};
