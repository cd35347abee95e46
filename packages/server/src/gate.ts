import type { AnyCommandRow, Reply } from '@ftpd/protocol';
import { isStorageError, type OpenFile, type VirtualPath } from '@ftpd/storage';
import type { Session } from './session.ts';

/**
 * The one gate: asks the policy about a command and the path it is about, symlinks resolved, so that no link carries a
 * command past a rule for a folder.
 * @returns undefined to go on.
 */
export async function authorize(
  session: Session,
  row: AnyCommandRow,
  argument: unknown,
): Promise<Reply | undefined> {
  const { policy } = session.context;
  if (!session.settings.dependsOnPath) return policy.authorize(session, row, undefined);
  return policy.authorize(session, row, await pathOf(session, row, argument));
}

/** Asks again when what was opened is not what was asked about (a link was changed in between). */
export async function authorizeOpened(
  session: Session,
  row: AnyCommandRow,
  asked: VirtualPath,
  file: OpenFile,
): Promise<Reply | undefined> {
  if (!session.settings.dependsOnPath || file.path === asked) return undefined;
  return session.context.policy.authorize(session, row, file.path);
}

async function pathOf(
  session: Session,
  row: AnyCommandRow,
  argument: unknown,
): Promise<VirtualPath | undefined> {
  const text = row.path?.(argument);
  if (text === undefined || !session.isLoggedIn) return undefined;
  const path = session.pathOf(text);
  try {
    return await session.files.resolve(path, { mayBeMissing: true });
  } catch (error) {
    // The handler meets the same failure and words its reply; the rules are asked about the name as it is.
    if (isStorageError(error)) return path;
    throw error;
  }
}
