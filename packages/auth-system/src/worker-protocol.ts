import type { Account, Refusal } from '@ftpd/auth';

/** A group of the system. */
export interface SystemGroup {
  readonly name: string;
  readonly gid: number;
}

/** Which account, by name or by number. */
export type UserKey = { readonly user: string } | { readonly uid: number };
export type GroupKey = { readonly group: string } | { readonly gid: number };

/** What PAM is told of a login. */
export interface PamLogin {
  readonly service: string;
  readonly user: string;
  readonly remoteAddress: string;
  /** Absent: PAM_TTY is not set. */
  readonly tty?: string;
  /** A folder of service files in place of /etc/pam.d. */
  readonly configurationFolder?: string;
}

/** Every kind of work for a worker: what goes in and what comes out. */
export interface Jobs {
  readonly 'find-user': { readonly input: UserKey; readonly output: Account | undefined };
  readonly 'find-group': { readonly input: GroupKey; readonly output: SystemGroup | undefined };
  readonly 'check-unix': {
    readonly input: { readonly user: string; readonly password: string };
    readonly output: UnixAnswer;
  };
  readonly 'check-pam': {
    readonly input: PamLogin & { readonly password: string; readonly opensSession: boolean };
    readonly output: PamAnswer;
  };
  /** Closes a session that this worker opened. */
  readonly 'close-pam': {
    readonly input: { readonly session: number };
    readonly output: { readonly messages: readonly string[] };
  };
  /** Closes a session that another worker opened and that has ended since, with a transaction of its own. */
  readonly 'close-lost-pam': {
    readonly input: PamLogin;
    readonly output: { readonly messages: readonly string[] };
  };
}

export type JobName = keyof Jobs;

export type UnixAnswer =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | { readonly outcome: 'refused'; readonly reason: Refusal }
  | { readonly outcome: 'unknown' }
  /** There is a hash, but not for this process. */
  | { readonly outcome: 'no-shadow' };

export interface PamAnswer {
  readonly outcome: 'accepted' | 'refused';
  /** The step of the transaction that decided, and what it returned. */
  readonly step: 'authenticate' | 'account' | 'session' | 'credentials';
  /** Such as `PAM_AUTH_ERR`. */
  readonly code: string;
  readonly text: string;
  /** What the modules said, for the log. */
  readonly messages: readonly string[];
  /** How long the modules want a refusal to take (pam_fail_delay), milliseconds. */
  readonly delayMs: number;
  /** The user after authentication, where a module changed it. */
  readonly user?: string;
  /** Of the session that is open now. Absent: none is. */
  readonly session?: number;
}

/** The first message of a worker: its program is loaded. */
export const workerIsStarted = 'started';

/** To a worker, one at a time. */
export interface WorkerRequest<Name extends JobName = JobName> {
  readonly job: Name;
  readonly input: Jobs[Name]['input'];
}

/** From a worker. */
export type WorkerReply = {
  /** Sessions that this worker holds open; it must live as long as they do. */
  readonly held: number;
} & ({ readonly output?: unknown } | { readonly error: { readonly code: string; readonly message: string } });
