import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Why the daemon can not become the user it should be. */
export class PrivilegeError extends Error {
  constructor(text: string, options?: { readonly cause?: unknown }) {
    super(text, options);
    this.name = 'PrivilegeError';
  }
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Whether the system knows a name. Asks the file first: only names that are not in it cost a process.
 * @param database - `passwd` or `group`.
 */
export function isKnownName(database: 'passwd' | 'group', name: string): boolean {
  const isNumber = /^\d+$/.test(name);
  if (isNumber) return true;
  try {
    if (
      readFileSync(`/etc/${database}`, 'utf8')
        .split('\n')
        .some((line) => line.startsWith(`${name}:`))
    )
      return true;
  } catch {
    // No such file here: the name service may still know.
  }
  try {
    execFileSync('getent', [database, '--', name], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives up root for good: supplementary groups, group, user, in this order, and checks that there is no way back.
 * @param user - Name or number, not root.
 * @throws {PrivilegeError}
 */
export function becomeUser(user: string, group: string): void {
  // @types/node lacks initgroups.
  const { initgroups, setgid, setgroups, setuid } = process as typeof process & {
    readonly initgroups?: (user: string, group: string | number) => void;
  };
  if (initgroups === undefined || setgid === undefined || setgroups === undefined || setuid === undefined) {
    throw new PrivilegeError('this system has no users to become');
  }
  const userId = /^\d+$/.test(user) ? Number(user) : user;
  const groupId = /^\d+$/.test(group) ? Number(group) : group;
  try {
    if (typeof userId === 'number') setgroups.call(process, [groupId]);
    else initgroups.call(process, userId, groupId);
    setgid.call(process, groupId);
    setuid.call(process, userId);
  } catch (error) {
    throw new PrivilegeError(
      `unable to become User '${user}', Group '${group}': ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (process.getuid?.() === 0 || process.geteuid?.() === 0) {
    throw new PrivilegeError(
      `User '${user}' is root; sessions are never served as root, choose another User`,
    );
  }
  if (process.getgid?.() === 0 || process.getgroups?.().includes(0) === true) {
    throw new PrivilegeError(`Group '${group}' or a group of '${user}' is root's; choose another Group`);
  }
  if (canReturnToRoot()) throw new PrivilegeError('root could be regained after giving it up; not serving');
}

function canReturnToRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
}
