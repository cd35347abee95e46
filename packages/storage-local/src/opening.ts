import fs, { constants, type Stats } from 'node:fs';
import { StorageError, type NewOwners, type VirtualPath, type WriteOptions } from '@ftpd/storage';
import type { Confinement, Located } from './confinement.ts';
import { errnoOf } from './errno.ts';
import { fchmod, fchown, fstat, ftruncate, open } from './system-calls.ts';

export interface Opened {
  readonly descriptor: number;
  /** Symlinks resolved. */
  readonly path: VirtualPath;
}

// Without O_NONBLOCK the open of a FIFO would hold a thread until somebody opens its other end.
const guardFlags = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** How often a name is looked at again when another program changes it between the look and the open. */
const attempts = 8;

export function openForReading(confinement: Confinement, path: VirtualPath): Promise<Opened> {
  return retried(async () => {
    const located = await confinement.locate(path, { followsLast: true });
    try {
      demandFile(located.stats);
      const descriptor = await openUnlessRaced(located, constants.O_RDONLY, ['ELOOP']);
      return descriptor === undefined
        ? undefined
        : await checked(confinement, located, descriptor, async () => {});
    } finally {
      located.release();
    }
  });
}

export function openForWriting(
  confinement: Confinement,
  path: VirtualPath,
  options: WriteOptions,
): Promise<Opened> {
  const isExclusive = options.disposition === 'exclusive';
  const appending = options.disposition === 'append' ? constants.O_APPEND : 0;
  return retried(async () => {
    const located = await confinement.locate(path, { followsLast: !isExclusive, mayBeMissing: true });
    const isNew = located.stats === undefined;
    try {
      if (!isNew && isExclusive) throw new StorageError('STORAGE_EXISTS');
      if (!isNew) demandFile(located.stats);
      const making = isNew ? constants.O_CREAT | constants.O_EXCL : 0;
      const raced = isExclusive ? [] : isNew ? ['EEXIST'] : ['ELOOP', 'ENOENT'];
      const descriptor = await openUnlessRaced(
        located,
        constants.O_WRONLY | appending | making,
        raced,
        options.mode & 0o777,
      );
      if (descriptor === undefined) return undefined;
      return await checked(confinement, located, descriptor, async (stats) => {
        // Not by O_TRUNC: what is truncated has to be the right file.
        if (options.disposition === 'replace' && stats.size > 0) await ftruncate(descriptor, 0);
        if (!isNew) return;
        await giveMode(descriptor, stats.mode, options.mode & 0o777);
        await giveOwners(options, (uid, gid) => fchown(descriptor, uid, gid));
      });
    } finally {
      located.release();
    }
  });
}

/** The umask of the process may have taken bits off that the caller's had left. */
async function giveMode(descriptor: number, made: number, wanted: number): Promise<void> {
  if ((made & wanted) !== wanted) await fchmod(descriptor, (made & 0o7000) | wanted);
}

/** Gives something new to those it is meant for, as far as the process may. */
export async function giveOwners(
  { owner = -1, group = -1 }: NewOwners,
  change: (uid: number, gid: number) => Promise<void>,
): Promise<void> {
  if (owner === -1 && group === -1) return;
  await change(owner, group).catch(() => {});
}

async function checked(
  confinement: Confinement,
  located: Located,
  descriptor: number,
  prepare: (stats: Stats) => Promise<void>,
): Promise<Opened> {
  try {
    const stats = await fstat(descriptor);
    demandFile(stats);
    await confinement.verify(descriptor, located);
    await prepare(stats);
    return { descriptor, path: located.path };
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

function demandFile(stats: Stats | undefined): void {
  if (stats?.isDirectory() === true) throw new StorageError('STORAGE_IS_DIRECTORY');
  if (stats?.isFile() !== true) throw new StorageError('STORAGE_DENIED', { message: 'Not a regular file' });
}

async function openUnlessRaced(
  located: Located,
  flags: number,
  raced: readonly string[],
  mode?: number,
): Promise<number | undefined> {
  try {
    return await open(located.name, flags | guardFlags, mode);
  } catch (error) {
    if (raced.includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

async function retried(attempt: () => Promise<Opened | undefined>): Promise<Opened> {
  for (let left = attempts; left > 0; left -= 1) {
    const opened = await attempt();
    if (opened !== undefined) return opened;
  }
  throw new StorageError('STORAGE_BUSY');
}
