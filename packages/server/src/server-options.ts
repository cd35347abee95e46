import type { Socket } from 'node:net';
import type { Storage } from '@ftpd/storage';
import type { EventListener, Hooks, ServerLog, ServerTrace } from './hooks.ts';
import type { Policy } from './policy.ts';
import type { SessionRegistry } from './registry.ts';
import type { TlsPort } from './tls/tls-port.ts';

export interface FtpServerOptions {
  readonly policy: Policy;
  readonly storage: Storage;
  /** In the order in which they run. Default: none. */
  readonly hooks?: readonly Hooks[];
  /** Sessions at once, all listeners together (MaxInstances); more are closed at the accept. Absent: no ceiling. */
  readonly maxSessions?: number;
  /** Default: one in memory. */
  readonly registry?: SessionRegistry;
  /** Makes active data connections from a port that only root may use. Default: the server does, if it may. */
  readonly connectData?: ConnectData;
  /** Absent: no TLS. */
  readonly tls?: TlsPort;
  readonly log?: ServerLog;
  /** Default: nothing is traced. */
  readonly trace?: ServerTrace;
  readonly onEvent?: EventListener;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /**
   * Big buffers of all downloads together, in bytes, and as much again for long uploads; beyond, a transfer gets small
   * ones. Default: 64 MiB.
   */
  readonly maxTransferBufferBytes?: number;
}

/** An active data connection that is to be made. */
export interface DataConnectionWanted {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  /** The own port, `control-less-one`. */
  readonly localPort: number;
}

/** @returns a connected socket; undefined: the server shall connect by itself. @throws the system's error, or the signal's reason. */
export type ConnectData = (wanted: DataConnectionWanted, signal: AbortSignal) => Promise<Socket | undefined>;

export interface ListenOptions {
  /** Not with `descriptor`. */
  readonly port?: number;
  /** Numeric address. Default: all, IPv4 and IPv6. */
  readonly host?: string;
  /** Length of the queue of connections not yet accepted. Default: 511. */
  readonly backlog?: number;
  /** A bound socket of another process instead of port and host, such as one that listens already. Owned by the server. */
  readonly descriptor?: number;
}

export interface ListeningAddress {
  readonly address: string;
  readonly port: number;
}

/** A running FTP server. */
export interface FtpServer {
  /** Begins to accept. @throws {ServerError} SERVER_ADDRESS_IN_USE, SERVER_ADDRESS_NOT_AVAILABLE, SERVER_DENIED */
  listen(options: ListenOptions): Promise<ListeningAddress>;
  /** Stops accepting on one address. */
  unlisten(address: ListeningAddress): Promise<void>;
  readonly addresses: readonly ListeningAddress[];
  readonly sessions: SessionRegistry;
  /** For connections that come from now on; running sessions keep what they have. */
  reconfigure(changes: Pick<FtpServerOptions, 'policy' | 'hooks' | 'maxSessions' | 'tls'>): void;
  /** Refuses new connections with 500 and this text (ftpshut). Undefined: no more. */
  refuseSessions(text: string | undefined): void;
  /**
   * Stops accepting, lets transfers end for at most `drainMs` (default 0), then closes all sessions with 421.
   * @returns when the last session is gone.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}
