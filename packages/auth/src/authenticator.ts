/** An account as passwd(5) has it, wherever it comes from. */
export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** Name of the primary group, where known. */
  readonly group?: string;
  /** All groups, the primary first: names for configuration, numbers for the file system. */
  readonly groupNames: readonly string[];
  readonly groupIds: readonly number[];
  readonly comment: string;
  readonly home: string;
  /** Folder that the account's sessions are kept in, whatever DefaultRoot says; the home is below it. Absent: none. */
  readonly root?: string;
  readonly shell: string;
}

/** Why a password was not accepted; for the log and for rules, never for the client. */
export type Refusal =
  | 'wrong-password'
  | 'empty-password'
  | 'no-password-set'
  | 'account-locked'
  | 'account-expired'
  | 'password-expired'
  | 'session-failed'
  | 'busy';

/**
 * What an authenticator says of a user and password.
 * `unknown`: it does not know the user, ask the next one. `unavailable`: it could not find out.
 */
export type Verdict =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | { readonly outcome: 'refused'; readonly reason: Refusal }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'unavailable'; readonly cause: unknown };

export interface VerifyContext {
  /** The client's numeric address: password checks queue per address, so that one client can't hold the others. */
  readonly remoteAddress: string;
  /** Ends with the session: a check that waits is given up, and what a verification opened (a PAM session) is closed. */
  readonly signal?: AbortSignal;
}

/** A source of accounts: AuthUserFile, the system, a database. One per module of `AuthOrder`. */
export interface Authenticator {
  /** As in `AuthOrder`, without `.c`: `mod_auth_file`. */
  readonly name: string;
  /** The account without any password, as getpwnam(3). In a chain the first who knows the user verifies the password. */
  lookUp(user: string): Promise<Account | undefined>;
  /** Takes about the same time for unknown users as for wrong passwords. Never throws: an outage is a verdict. */
  verify(user: string, password: string, context: VerifyContext): Promise<Verdict>;
  /** Names for listings. Absent: not known here. */
  userName?(uid: number): string | undefined;
  groupName?(gid: number): string | undefined;
  /** Numeric id of a group, for `SITE CHGRP`. */
  groupId?(name: string): number | undefined;
  close?(): Promise<void>;
}
