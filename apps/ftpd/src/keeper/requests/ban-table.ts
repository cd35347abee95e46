import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { banTable } from '../../modules/ban/ban-rows.ts';
import { journalPathOf, maxJournals } from '../../modules/ban/journal-paths.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperContext, type KeeperRequest } from '../request.ts';

const openFields = { path: 'path', slot: 'id', isNew: 'flag' } as const;
const putFields = { path: 'path', slot: 'id' } as const;

/** Where the server keeps its bans: a path that the configuration names, with nothing but a number of ours behind it. */
function journalPath(keeper: KeeperContext, { path, slot }: Fields<typeof putFields>): string {
  if (!configuredValues(keeper, banTable).includes(path) || slot >= maxJournals)
    throw new KeeperError('KEEPER_REFUSED', path);
  return journalPathOf(path, slot);
}

export type BanTableAnswer = 'opened' | { readonly problem: string };

/** Opens a BanTable for reading and writing, or the empty file that is to take its place. */
export const openBanTableRequest: KeeperRequest<Fields<typeof openFields>, BanTableAnswer> = {
  name: 'open-ban-table',
  deadlineMs: 5000,
  maxParallel: 4,
  check: (input) => readFields(input, openFields),
  handle(input, keeper) {
    const path = journalPath(keeper, input);
    try {
      const descriptor = openOwn(input.isNew ? `${path}.new` : path, input.isNew);
      return Promise.resolve({ value: 'opened', descriptors: [descriptor] });
    } catch (error) {
      return Promise.resolve({ value: { problem: error instanceof Error ? error.message : String(error) } });
    }
  },
};

/** Puts the file that `isNew` made in the place of the table. */
export const putBanTableRequest: KeeperRequest<
  Fields<typeof putFields>,
  'put' | { readonly problem: string }
> = {
  name: 'put-ban-table',
  deadlineMs: 5000,
  maxParallel: 4,
  check: (input) => readFields(input, putFields),
  async handle(input, keeper) {
    const path = journalPath(keeper, input);
    try {
      await rename(`${path}.new`, path);
      return { value: 'put' };
    } catch (error) {
      return { value: { problem: error instanceof Error ? error.message : String(error) } };
    }
  },
};

/** @throws the system's error, or one that says why the server must not have the file */
function openOwn(path: string, isEmptied: boolean): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const stats = fstatSync(descriptor);
    // A second name may be that of a file which is not the server's to write.
    if (!stats.isFile() || stats.nlink !== 1) throw new Error(`'${path}' is no file of one name`);
    if (isEmptied) ftruncateSync(descriptor);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
