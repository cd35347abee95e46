/** What the sharing of sessions tells the program: for logs and metrics. */
export type TlsSessionEvent =
  /** A client came back with a session id (`ids`) or a ticket; `near`: this process knew it, `far`: the cache did. */
  | { readonly type: 'hit'; readonly kind: SessionKind; readonly from: 'near' | 'far' }
  | { readonly type: 'miss'; readonly kind: SessionKind }
  /** A session was stored, by id. */
  | { readonly type: 'stored'; readonly from: 'near' | 'far' }
  /** Something in the cache was not what it has to be, and was not used. */
  | {
      readonly type: 'refused';
      readonly what: 'session' | 'ticket-keys' | 'certificate';
      readonly error: Error;
    }
  /** The cache can't be asked: told once, until it answers again. Clients get full handshakes meanwhile. */
  | { readonly type: 'outage'; readonly error: unknown }
  | { readonly type: 'recovery' }
  /** These stay in this process, and why. */
  | {
      readonly type: 'local';
      readonly what: 'sessions' | 'ticket-keys';
      readonly reason: 'no-secret' | 'no-cache';
    }
  /** New ticket keys are used from now on. */
  | { readonly type: 'rotated'; readonly isShared: boolean };

/**
 * How a session is resumed: `ids`, up to TLS 1.2, the server keeps it and the client names it; `tickets`, the client keeps it,
 * sealed with a ticket key.
 */
export type SessionKind = 'ids' | 'tickets';
