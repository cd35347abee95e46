import type { ListedEntry } from '@ftpd/protocol';
import {
  isStorageError,
  joinPath,
  parentOf,
  type DirectoryEntry,
  type FileStat,
  type VirtualPath,
} from '@ftpd/storage';
import type { Session } from '../session.ts';
import type { PathSettings } from '../settings.ts';

/** What a listing shows in place of the real owner, group and mode. @see ProFTPD DirFakeUser, DirFakeGroup, DirFakeMode */
function disguise<E extends FileStat>(entry: E, { fakeOwner, fakeGroup, fakeMode }: PathSettings): E {
  if (fakeOwner === undefined && fakeGroup === undefined && fakeMode === undefined) return entry;
  return {
    ...entry,
    ...(fakeOwner === undefined ? {} : { owner: fakeOwner }),
    ...(fakeGroup === undefined ? {} : { group: fakeGroup }),
    ...(fakeMode === undefined ? {} : { mode: fakeMode }),
  };
}

/** One object under the name it is to be shown by. */
export async function namedEntry(
  session: Session,
  path: VirtualPath,
  name: string,
  followsSymlinks: boolean,
): Promise<ListedEntry> {
  const settings = session.settingsAt(parentOf(path));
  const stat = await session.files.stat(path, {
    followsSymlinks: followsSymlinks || !settings.showsSymlinks,
  });
  return { ...disguise(stat, settings), name };
}

/**
 * The entries of a folder that this user is shown, in batches.
 * @param followsSymlinks - Links are described by what they point to; those that lead nowhere are left out.
 */
export async function* visibleEntries(
  session: Session,
  folder: VirtualPath,
  followsSymlinks: boolean,
): AsyncGenerator<readonly DirectoryEntry[]> {
  const { policy } = session.context;
  const settings = session.settingsAt(folder);
  const follows = followsSymlinks || !settings.showsSymlinks;
  for await (const batch of session.files.list(folder, { followsSymlinks: follows })) {
    let entries = follows ? batch.filter(({ kind }) => kind !== 'symlink') : batch;
    if (policy.isVisible)
      entries = entries.filter(({ name }) => policy.isVisible?.(session, joinPath(folder, name)) ?? true);
    yield entries.map((entry) => disguise(entry, settings));
  }
}

/** `.` and `..`, as `-a` shows them. */
export async function dotEntries(session: Session, folder: VirtualPath): Promise<readonly ListedEntry[]> {
  return [
    await namedEntry(session, folder, '.', true),
    await namedEntry(session, parentOf(folder), '..', true),
  ];
}

/** All entries of a folder; none when it may not be read, as in ProFTPD. */
export async function allEntries(
  session: Session,
  folder: VirtualPath,
  options: { readonly withDots: boolean; readonly followsSymlinks: boolean; readonly maxEntries: number },
): Promise<readonly ListedEntry[]> {
  const entries: ListedEntry[] = [];
  try {
    if (options.withDots) entries.push(...(await dotEntries(session, folder)));
    for await (const batch of visibleEntries(session, folder, options.followsSymlinks)) {
      for (const entry of batch) {
        if (entries.length >= options.maxEntries) return entries;
        entries.push(entry);
      }
    }
  } catch (error) {
    if (!isStorageError(error, 'STORAGE_DENIED', 'STORAGE_NOT_FOUND')) throw error;
    return [];
  }
  return entries;
}
