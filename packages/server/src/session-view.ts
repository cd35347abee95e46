import type { Account } from '@ftpd/auth';
import type { Reply } from '@ftpd/protocol';
import type { StorageView, VirtualPath } from '@ftpd/storage';
import type { Settings } from './settings.ts';
import type { TlsFacts } from './tls/tls-facts.ts';

/** A session as policies, hooks and modules see it. Only the session itself changes it. */
export interface SessionView {
  /** Unique in this process, from 1 up. */
  readonly id: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly connectedAtMs: number;
  readonly settings: Settings;
  /** Name of the client's class (`<Class>`). */
  readonly className: string | undefined;
  /** As sent in USER, whether or not logged in. */
  readonly user: string | undefined;
  readonly isLoggedIn: boolean;
  readonly isAnonymous: boolean;
  /** Whether the control connection is encrypted. */
  readonly isSecure: boolean;
  /** From the handshake on. */
  readonly tls: TlsFacts | undefined;
  /** From the login on. */
  readonly account: Account | undefined;
  readonly logName: string | undefined;
  /** From the login on: the files as this user sees them. */
  readonly storage: StorageView | undefined;
  readonly root: string | undefined;
  readonly workingDirectory: VirtualPath;
  /** Host name given by HOST or SNI. */
  readonly hostName: string | undefined;
  /** What the client said it is (CLNT, CSID). */
  readonly clientName: string | undefined;
  readonly failedLogins: number;
  /** Bytes over data connections since the start. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** The command under way, for who-is-on lists. */
  readonly activity: string;
  /** Ends when the session ends. */
  readonly signal: AbortSignal;
  /** Sends last replies, if given, and closes. Safe to call at any time. @param reason - for logs. */
  end(reason: EndReason, ...replies: readonly Reply[]): void;
}

/** Why a session ended; timers have the names of their directives. */
export type EndReason =
  | 'quit'
  | 'client-closed'
  | 'client-error'
  | 'timeout-idle'
  | 'timeout-login'
  | 'timeout-no-transfer'
  | 'timeout-stalled'
  | 'timeout-session'
  | 'max-login-attempts'
  | 'limit'
  | 'refused'
  | 'bad-protocol'
  | 'tls-handshake'
  | 'module'
  | 'kicked'
  | 'shutdown'
  | 'internal-error';
