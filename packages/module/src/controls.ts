/** One line of ControlsACLs, BanControlsACLs and the like. */
export interface ControlsAcl {
  /** The actions that it is about, in lower case. */
  readonly actions: 'all' | readonly string[];
  readonly access: 'allow' | 'deny';
  readonly of: 'user' | 'group';
  /** `*` is everybody. */
  readonly names: readonly string[];
}

/** Who asks, as the system says: accounts of the machine, not of the FTP server. */
export interface ControlClient {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** The name of `uid`; absent: the machine has no account of that number. */
  readonly user?: string;
  /** Names of the groups that the client is in, its own first; those without a name are left out. */
  readonly groups: readonly string[];
}

/** A request of ftpdctl. Its words are untrusted, even if the client is root. */
export interface ControlRequest {
  /** The words behind the action's name, at least one byte long and without control characters. */
  readonly args: readonly string[];
  readonly client: ControlClient;
  /** Aborted when the client has gone, and when its time is over. */
  readonly signal: AbortSignal;
}

/** How an action ended. On the wire they are the numbers of ProFTPD 1.3.9: 0 for `ok`, -1 for `failed` and so on. */
export type ControlStatus =
  | 'ok'
  | 'failed'
  | 'access-denied'
  | 'wrong-parameters'
  | 'not-found'
  | 'not-permitted'
  | 'ignored'
  | 'unsupported'
  | 'internal';

/** Anything that JSON can say. */
export type ControlData =
  | string
  | number
  | boolean
  | null
  | readonly ControlData[]
  | { readonly [name: string]: ControlData };

export interface ControlAnswer {
  readonly status: ControlStatus;
  /** For people, in ProFTPD's words where it has any. Control characters are escaped before they are sent. */
  readonly lines: readonly string[];
  /** The same for programs: what `ftpdctl --json` prints. */
  readonly data?: ControlData;
}
