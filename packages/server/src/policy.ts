import type { Account } from '@ftpd/auth';
import type { AnyCommandRow, Reply } from '@ftpd/protocol';
import type { Identity, StorageView, VirtualPath } from '@ftpd/storage';
import type { ServerEventName } from './hooks.ts';
import type { SessionView } from './session-view.ts';
import type { Settings } from './settings.ts';

/** Both ends of a control connection, addresses numeric and v4-mapped IPv6 folded to IPv4. */
export interface ConnectionFacts {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** `refused` without a reply: the connection is closed in silence. */
export type ConnectDecision =
  | { readonly outcome: 'admitted'; readonly settings: Settings; readonly className?: string }
  | { readonly outcome: 'refused'; readonly reply?: Reply };

/** What the session becomes at a login. */
export interface LoginGrant {
  readonly outcome: 'accepted';
  readonly account: Account;
  readonly identity: Identity;
  readonly settings: Settings;
  /** The storage's name of the folder that is the session's `/`. */
  readonly root: string;
  /** Where the session starts, inside that root. */
  readonly start: VirtualPath;
  /** Where it starts instead, if that is a folder to this user (DefaultChdir). */
  readonly preferredStart?: VirtualPath;
  readonly isAnonymous: boolean;
  /** What stands for the user in logs: for an anonymous login the password given, else the user. */
  readonly logName?: string;
}

export interface LoginRefusal {
  readonly outcome: 'refused';
  /** For logs and rules, never for the client. */
  readonly reason: string;
  /** There is no such account; the log's line has another form then, which log watchers know. Absent: false. */
  readonly isUnknownUser?: boolean;
  /** Absent: `530 Login incorrect.` */
  readonly reply?: Reply;
  readonly closesConnection?: boolean;
  /** What the refusal is an instance of, for rules that count. Absent: nothing but a failed login. */
  readonly event?: ServerEventName;
  /** Absent: true. */
  readonly countsAsAttempt?: boolean;
}

/** A login that needs no password: a certificate stands for the user. */
export interface CertificateGrant extends LoginGrant {
  /** What must be true of the user's files. False: a password is asked for. Absent: nothing. */
  readonly isProvedIn?: (storage: StorageView) => Promise<boolean>;
}

export type LoginDecision = LoginGrant | LoginRefusal;

/**
 * All decisions of a server about its sessions: which settings are in force at each moment, who may log in, what may
 * be done. The daemon makes it of a proftpd.conf; `createSimplePolicy` of a few options.
 */
export interface Policy {
  /** At the accept, before anything is sent. */
  connect(facts: ConnectionFacts): ConnectDecision | Promise<ConnectDecision>;
  /** HOST (RFC 7151). @returns undefined if no virtual server has this name. */
  host(session: SessionView, name: string): Settings | undefined | Promise<Settings | undefined>;
  /** USER: `<Anonymous>` sections begin here. */
  user(session: SessionView, user: string): Settings | Promise<Settings>;
  /** Whether USER already needs no password (331's text differs for anonymous). */
  isAnonymous(session: SessionView, user: string): boolean;
  login(session: SessionView, user: string, password: string): Promise<LoginDecision>;
  /**
   * At USER, of a client that has shown a certificate over TLS: whether that is enough.
   * @returns undefined to ask for a password. Absent: it always is.
   */
  loginByCertificate?(
    session: SessionView,
    user: string,
  ): Promise<CertificateGrant | LoginRefusal | undefined>;
  /** Settings after CWD (`.ftpaccess`). Absent: unchanged. */
  enterDirectory?(session: SessionView, path: VirtualPath): Settings | Promise<Settings>;
  /**
   * The one gate: whether this command may act on this path (symlinks resolved, below the session's root).
   * @returns undefined to go on, or the reply that refuses.
   */
  authorize(
    session: SessionView,
    row: AnyCommandRow,
    path: VirtualPath | undefined,
  ): Reply | undefined | Promise<Reply | undefined>;
  /** Whether a name is shown in listings. Absent: all are. */
  isVisible?(session: SessionView, path: VirtualPath): boolean;
  /**
   * Text of a file that is shown outside of any root (DisplayConnect, DisplayQuit with absolute names).
   * @returns undefined when there is none.
   */
  readDisplayFile?(path: string): Promise<string | undefined>;
  /** Numeric id of a group for SITE CHGRP, as the session's accounts name it. */
  groupId?(session: SessionView, name: string): number | undefined;
  /** Numeric id of a user to whom new files are given (UserOwner). Absent: nobody is known. */
  userId?(session: SessionView, name: string): Promise<number | undefined>;
}
