import { isDeniedUser, isValidShell, type Account } from '@ftpd/auth';
import type { SessionScope } from '@ftpd/config';
import { requireValidShell, rootLogin, useFtpUsers } from '../modules/auth/login.ts';

/** Lists of this machine that logins depend on. */
export interface SystemLists {
  /** /etc/ftpusers. Undefined: there is none, nobody is refused. */
  readonly deniedUsers: ReadonlySet<string> | undefined;
  /** /etc/shells. Undefined: there is none, every shell is valid. */
  readonly shells: ReadonlySet<string> | undefined;
}

/**
 * Why an account may not be used, whatever the password. The texts are those of ProFTPD's log.
 * @param isPrivileged - Whether sessions act as their users.
 * @returns undefined if it may.
 */
export function accountRefusal(
  scope: SessionScope,
  account: Account,
  { deniedUsers, shells }: SystemLists,
  isPrivileged: boolean,
): string | undefined {
  if (account.uid === 0 && !scope.first(rootLogin)) return 'SECURITY VIOLATION: Root login attempted';
  if (account.uid === 0 && isPrivileged) return 'sessions are never served as root, whatever RootLogin says';
  if (scope.first(useFtpUsers) && isDeniedUser(account.user, deniedUsers)) return 'User in /etc/ftpusers';
  if (scope.first(requireValidShell) && !isValidShell(account.shell, shells))
    return `Invalid shell: '${account.shell}'`;
  return undefined;
}

/** What the log says of an authenticator's refusal. */
export const refusalTexts = {
  'wrong-password': 'Incorrect password',
  'empty-password': 'Empty password',
  'no-password-set': 'No password set',
  'account-locked': 'Account locked',
  'account-expired': 'Account expired',
  'password-expired': 'Password expired',
  'session-failed': 'The account’s session could not be opened',
  busy: 'Too many password checks are waiting',
} as const;
