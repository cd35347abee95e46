import { AuthError } from './errors.ts';
import { ownAccountFiles, readAccountFile, type AccountFileSource } from './watched-file.ts';

/** /etc/ftpusers: who may not log in (`UseFtpUsers`). */
export const ftpUsersPath = '/etc/ftpusers';
/** /etc/shells: the shells of those who may (`RequireValidShell`). */
export const shellsPath = '/etc/shells';

/**
 * The lines of a list, compared whole as ProFTPD does: blanks belong to the name, case counts, `#` begins a comment in
 * the first column only.
 */
export function parseNameList(text: string): ReadonlySet<string> {
  return new Set(text.split(/\r*\n/).filter((line) => line !== '' && !line.startsWith('#')));
}

/** Whether /etc/ftpusers denies a user. @param denied - Absent: there is no such file, nobody is denied. */
export function isDeniedUser(user: string, denied: ReadonlySet<string> | undefined): boolean {
  return denied?.has(user) ?? false;
}

/** Whether a login shell is in /etc/shells. @param shells - Absent: there is no such file, every shell is valid. */
export function isValidShell(shell: string, shells: ReadonlySet<string> | undefined): boolean {
  return shells?.has(shell) ?? true;
}

/**
 * Reads such a list.
 * @param source - How it is opened. Default: with the rights of the process.
 * @returns undefined when the file does not exist.
 * @throws {AuthError} AUTH_FILE_UNREADABLE when it exists and can't be read: a list that denies must not vanish.
 */
export async function readNameList(
  path: string,
  source: AccountFileSource = ownAccountFiles,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return parseNameList(await readAccountFile(path, source));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AuthError('AUTH_FILE_UNREADABLE', `unable to read ${path}`, error);
  }
}
