import type { Cache, PoolSecret } from '@ftpd/cache';
import type { X509Certificate } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { SessionKind, TlsSessionEvent } from './events.ts';

/**
 * Whom a server trusts. Sessions and tickets are good for servers with the same trust only: what a client proved to one must
 * not count at another that would have asked for something else.
 */
export interface Trust {
  /** Whether clients are asked for a certificate. */
  readonly clientVerification: 'none' | 'optional' | 'required';
  /** Authorities, in PEM: one or several in each. Without verification they don't count. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Revocation lists, PEM or DER. */
  readonly crl?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The virtual host, or whatever else a session has to stay in. Default: none. */
  readonly scope?: string;
}

/** How sessions are shared with ProFTPD's mod_tls_memcache or mod_tls_redis, in the same cache. */
export interface ProftpdSessions {
  /** As the ProFTPD nodes have it: `tpl` for `memcache:`, `json` for `memcache:/json` and for `redis:`. */
  readonly encoding: 'tpl' | 'json';
  /** Whose keys: those of mod_tls_memcache or of mod_tls_redis. */
  readonly store: 'memcache' | 'redis';
}

export interface TicketKeyOptions {
  /** How long a key seals new tickets, in ms, 1000 to 7 days. Default 3,600,000. */
  readonly rotateMs?: number;
  /** How many keys open tickets, the sealing one included, 2 to 8. Default 3. */
  readonly generations?: number;
}

export interface TlsSessionsOptions {
  /** Where sessions and keys are shared. Stays the caller's. Default: memory of this process. */
  readonly cache?: Cache;
  /** Seals what is shared. Default: none, and ticket keys and our own records of sessions stay in this process. */
  readonly secret?: PoolSecret;
  /** Default: clients are not verified. */
  readonly trust?: Trust;
  /** How long a session can be resumed, in ms, 1000 to 7 days. Default 1,800,000. */
  readonly sessionTtlMs?: number;
  /** Default: not shared with ProFTPD. */
  readonly proftpd?: ProftpdSessions;
  /** False: no tickets at all. */
  readonly ticketKeys?: TicketKeyOptions | false;
  /** How long a handshake waits for the cache, in ms, 1 to 10,000. Default 500. */
  readonly deadlineMs?: number;
  /** How many sessions this process keeps besides the cache, 0 to 1,000,000. Default 10,000. */
  readonly maxNearSessions?: number;
  /** How often the pool's ticket keys are looked at, in ms, 20 to 60,000. Default 5000, or an eighth of `rotateMs` if less. */
  readonly pollMs?: number;
  /** Default: nobody is told. */
  readonly onEvent?: (event: TlsSessionEvent) => void;
  /** ms since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Default: of `node:crypto`. */
  readonly randomBytes?: (bytes: number) => Buffer;
}

/** What goes into `tls.createSecureContext`, beside the caller's own options (`secureOptions` are to be or-ed). */
export interface SessionContextOptions {
  readonly sessionIdContext: string;
  /** Seconds. */
  readonly sessionTimeout: number;
  readonly secureOptions: number;
  readonly ticketKeys?: Buffer;
}

/**
 * Secure contexts for connections with tickets, kept current. OpenSSL takes their tickets for seven days, for connections that
 * belong to a long one; how long others are resumed is seen to here.
 */
export interface TicketContexts {
  /**
   * The context to answer a client with.
   * @param tickets - The PSK identities that it offers. Of their first 16 bytes alone it is not seen how old they are: such
   * are resumed for as long as their key opens tickets.
   */
  contextFor(tickets?: readonly Uint8Array[]): SecureContext;
  /**
   * The same for a connection that belongs to another, such as a data connection: keys that are held open its tickets, too.
   * @param isRenewing - Whether the client gets a new ticket when it resumes, where Node.js can do that.
   */
  dataContextFor(tickets: readonly Uint8Array[], isRenewing: boolean): SecureContext;
  /**
   * Holds the key of the ticket that was made last with one of these contexts: to be called in `newSession`.
   * @returns lets go of it.
   */
  holdSealed(context: SecureContext): () => void;
  /**
   * Holds the keys of tickets that a client offers.
   * @returns lets go of them.
   */
  holdOffered(tickets: readonly Uint8Array[]): () => void;
  /** Lets go of the keys; connections that stand go on. */
  close(): void;
}

export interface TicketKeyInfo {
  /** The names (16 bytes each) of the keys that open tickets now, the sealing one first. */
  readonly names: readonly Uint8Array[];
  /** Whether the pool has the sealing key. */
  readonly isShared: boolean;
  /** Whether resumed connections of TLS 1.3 get fresh tickets: needs `enableTicketKeyCallback` in Node.js. */
  readonly areRenewed: boolean;
}

/** The TLS sessions of a pool, as one process takes part in them. An outage of the cache is a full handshake, never an error. */
export interface TlsSessions {
  readonly sessionTtlMs: number;
  /** The session id context: `01 00 00 00` (ProFTPD's) without client verification and scope, else 32 characters of the trust. */
  readonly sessionIdContext: string;
  /** `ids`: for a context without tickets, up to TLS 1.2; `tickets`: for one with them. */
  contextOptions(kind: SessionKind): SessionContextOptions;
  /**
   * Gives a context with tickets the keys of the pool, and every later one.
   * @returns ends that.
   */
  follow(context: SecureContext): () => void;
  /**
   * Contexts that open the tickets of all keys, also where Node.js can have but one in each: one for each key then.
   * @param create - Makes one, with these options among its own: mostly `(own) => tls.createSecureContext({ ...mine, ...own })`.
   */
  ticketContexts(create: (own: SecureContextOptions) => SecureContext): TicketContexts;
  /**
   * Answers `newSession` and `resumeSession` of a `tls.Server`, or of the emitter that a `tls.TLSSocket` got as `server`:
   * always, and within the deadline.
   * @param kind - `tickets`: nothing is looked up, so that clients of TLS 1.3 don't wait. Default `ids`.
   * @returns ends that.
   */
  attach(emitter: EventEmitter, kind?: SessionKind): () => void;
  /** The session (DER) under an id, if it can be resumed here. Never fails. */
  find(id: Uint8Array): Promise<Buffer | undefined>;
  /** Keeps a session, if it is one of TLS 1.2 or older. Never fails. */
  store(id: Uint8Array, session: Uint8Array): Promise<void>;
  /** Removes a session from this process and from the cache. Never fails. */
  remove(id: Uint8Array): Promise<void>;
  /**
   * Whether the client certificate of a resumed session would still be taken: its dates, its issuer, the revocation lists.
   * `find` has asked already; with tickets it is the caller's to ask, once the handshake is done.
   * @returns what is wrong with it; undefined if nothing is known to be.
   */
  verifyAgain(certificate: X509Certificate): string | undefined;
  /** Resolves when the keys of the pool are known, or can't be for now. Never fails. */
  ready(): Promise<void>;
  ticketKeyInfo(): TicketKeyInfo;
  /** Looks at the keys of the pool now, as it does every `pollMs`. Never fails. */
  refreshTicketKeys(): Promise<void>;
  /** Ends timers and listening. The cache stays open. */
  close(): Promise<void>;
}
