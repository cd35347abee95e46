import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { AuthError, type AuthErrorCode } from './errors.ts';

export type AccountFileKind = 'AuthUserFile' | 'AuthGroupFile';

export interface FileSafetyOptions {
  /** `AuthFileOptions InsecurePerms`: permissions are not looked at. Default: false. */
  readonly ignoresPermissions?: boolean;
}

const worldReadable = 0o004;
const worldWritable = 0o002;

/**
 * Whether a file may hold accounts, at the start and before anything is read; synchronous, as configurations are checked.
 * A symbolic link is followed: the file and folder it leads to must be as safe as any other.
 * @returns what is worth a warning.
 * @throws {AuthError} AUTH_FILE_RELATIVE_PATH, AUTH_FILE_MISSING, AUTH_FILE_NOT_A_FILE, AUTH_FILE_INSECURE: the text is
 * what ProFTPD says behind `fatal: AuthUserFile: `; its log line before that is the message of `cause`.
 */
export function checkAccountFile(
  kind: AccountFileKind,
  path: string,
  { ignoresPermissions = false }: FileSafetyOptions = {},
): readonly string[] {
  if (!isAbsolute(path))
    throw new AuthError('AUTH_FILE_RELATIVE_PATH', `unable to use relative path for ${kind} '${path}'.`);
  const { link, target, realPath, folders } = statsOf(kind, path);
  if (target.isDirectory())
    throw unusable(
      'AUTH_FILE_NOT_A_FILE',
      path,
      'Is a directory',
      `unable to use ${kind} '${path}': Is a directory`,
    );
  if (!ignoresPermissions) {
    const danger = dangerOf(kind, realPath, target, folders);
    if (danger !== undefined)
      throw unusable('AUTH_FILE_INSECURE', path, notPermitted, `${danger}: ${notPermitted}`);
  }
  if (link.isSymbolicLink()) return [`${kind} '${path}' is a symbolic link`];
  return target.isFile() ? [] : [`${kind} '${path}' is not a regular file`];
}

const notPermitted = 'Operation not permitted';

interface Folder {
  readonly path: string;
  readonly stats: Stats;
}

function statsOf(
  kind: AccountFileKind,
  path: string,
): { link: Stats; target: Stats; realPath: string; folders: readonly Folder[] } {
  try {
    const realPath = realpathSync(path);
    const paths = new Set([dirname(path), dirname(realPath)]);
    const folders = [...paths].map((folder) => ({ path: folder, stats: statSync(folder) }));
    return { link: lstatSync(path), target: statSync(path), realPath, folders };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing
      ? 'No such file or directory'
      : ((error as NodeJS.ErrnoException).code ?? 'unknown error');
    throw unusable('AUTH_FILE_MISSING', path, reason, `unable to lstat ${kind} '${path}': ${reason}`);
  }
}

function dangerOf(
  kind: AccountFileKind,
  path: string,
  file: Stats,
  folders: readonly Folder[],
): string | undefined {
  const permissions = (stats: Stats): string =>
    `(perms ${(stats.mode & 0o7777).toString(8).padStart(4, '0')})`;
  // Group files hold no secrets that matter: others may read them.
  if (kind === 'AuthUserFile' && (file.mode & worldReadable) !== 0) {
    return `unable to use world-readable ${kind} '${path}' ${permissions(file)}`;
  }
  if ((file.mode & worldWritable) !== 0)
    return `unable to use world-writable ${kind} '${path}' ${permissions(file)}`;
  const open = folders.find(({ stats }) => (stats.mode & worldWritable) !== 0);
  return (
    open && `unable to use ${kind} from world-writable directory '${open.path}' ${permissions(open.stats)}`
  );
}

function unusable(code: AuthErrorCode, path: string, reason: string, logLine: string): AuthError {
  return new AuthError(code, `unable to use ${path}: ${reason}`, new Error(logLine));
}
