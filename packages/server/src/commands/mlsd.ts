import { accessByMode, formatFacts, texts, type Accessor, type ListedEntry } from '@ftpd/protocol';
import { encodeName, isStorageError, joinPath, StorageError, type VirtualPath } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { dotEntries, visibleEntries } from '../listing/entries.ts';
import { Refused } from '../refused.ts';
import type { Session } from '../session.ts';
import { textSource } from '../transfer/file-bytes.ts';

/** RFC 3659 §7 */
export const mlsd: Handler<'MLSD'> = async (session, text) => {
  const folder = text === undefined ? session.workingDirectory : session.pathOf(text);
  const stat = await session.files.stat(folder);
  if (stat.kind !== 'directory') throw new Refused(550, `'${text ?? '.'}' is not a directory`);
  if (!(await session.files.mayAccess(folder, { read: true }))) throw new StorageError('STORAGE_DENIED');
  const { type } = session.parameters;
  return {
    direction: 'send',
    opening: texts.openingData({ type: type === 'A' ? 'ascii' : 'image', name: 'MLSD' }),
    type: 'I',
    source: textSource(factLines(session, folder)),
    finish: () => Promise.resolve(undefined),
  };
};

async function* factLines(session: Session, folder: VirtualPath): AsyncGenerator<Uint8Array> {
  const accessor = accessorOf(session);
  const [self, parent] = await dotEntries(session, folder);
  const mayChangeParent = self !== undefined && accessByMode(self, accessor).mayWrite;
  const { facts } = session.parameters;
  const line = (entry: ListedEntry, type?: 'cdir' | 'pdir'): string =>
    `${formatFacts(entry, { facts, access: accessByMode(entry, accessor), mayChangeParent, ...(type ? { type } : {}) })}\r\n`;
  yield encodeName(`${self ? line(self, 'cdir') : ''}${parent ? line(parent, 'pdir') : ''}`);
  for await (const batch of visibleEntries(session, folder, false)) {
    const shown = await Promise.all(batch.map((entry) => leadsSomewhere(session, folder, entry)));
    yield encodeName(
      batch
        .filter((_entry, index) => shown[index])
        .map((entry) => line(entry))
        .join(''),
    );
  }
}

/** Links that lead nowhere are left out, as in ProFTPD: no command could do anything with them. */
async function leadsSomewhere(
  session: Session,
  folder: VirtualPath,
  { kind, name }: ListedEntry,
): Promise<boolean> {
  if (kind !== 'symlink') return true;
  try {
    await session.files.stat(joinPath(folder, name));
    return true;
  } catch (error) {
    if (isStorageError(error)) return false;
    throw error;
  }
}

/** Whom the permission bits of a listing are compared with. */
export function accessorOf({ account }: Session): Accessor {
  return { uid: account?.uid ?? -1, gid: account?.gid ?? -1, groups: account?.groupIds ?? [] };
}
