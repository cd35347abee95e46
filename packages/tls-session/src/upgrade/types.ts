import type { Socket } from 'node:net';
import type { PeerCertificate, SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import type { SessionKind } from '../events.ts';
import type { TlsSessions } from '../tls-sessions.ts';
import type { ClientHello } from './client-hello.ts';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What an endpoint needs of a `TlsSessions`. */
export type EndpointSessions = Pick<
  TlsSessions,
  'contextOptions' | 'ticketContexts' | 'attach' | 'verifyAgain'
>;

export interface TlsEndpointOptions {
  /** Keys, certificates, authorities, ciphers, curves as `tls.createSecureContext` takes them; not versions, sessions or ticket keys. */
  readonly context: Omit<
    SecureContextOptions,
    'minVersion' | 'maxVersion' | 'secureProtocol' | 'sessionIdContext' | 'sessionTimeout' | 'ticketKeys'
  >;
  /** Default: TLS 1.2 and 1.3. */
  readonly versions?: readonly TlsVersion[];
  readonly sessions: EndpointSessions;
  /** `optional`: a certificate is asked for, and must be good if there is one. Default `none`. */
  readonly clientVerification?: 'none' | 'optional' | 'required';
  /** `isStrict`: a client that speaks ALPN and offers none of them is refused (no_application_protocol). */
  readonly alpn?: { readonly protocols: readonly string[]; readonly isStrict: boolean };
  /** Whether the client may renegotiate (TLS 1.2). Default false. */
  readonly allowsRenegotiation?: boolean;
  /** OCSP response (DER) to staple for a certificate; issuer: if the context has it. `OcspStapler.staple` is one. */
  readonly ocspResponse?: (certificate: Buffer, issuer?: Buffer) => Promise<Buffer | undefined>;
}

/** One identity of a server, with its contexts made once for all connections. */
export interface TlsEndpoint {
  readonly options: TlsEndpointOptions;
  /** The context that serves a client that said hello so. */
  readonly contextFor: (hello: ClientHello) => SecureContext;
  /** The same for a connection that belongs to another: a data connection. */
  readonly dataContextFor: (hello: ClientHello) => SecureContext;
  /** How such a client resumes sessions. */
  readonly kindFor: (hello: ClientHello) => SessionKind;
  /**
   * Holds the key of the ticket that was made just now with one of its contexts, so that it can be resumed by data connections
   * whatever becomes of the ring. To be called in `newSession`.
   * @returns lets go of it.
   */
  readonly holdSealed: (hello: ClientHello, context: SecureContext) => () => void;
  /**
   * The same for the keys of the tickets that a client offers.
   * @returns lets go of them.
   */
  readonly holdOffered: (hello: ClientHello) => () => void;
  /** Lets go of the ticket keys; connections that stand go on. */
  readonly close: () => void;
}

export interface UpgradeOptions {
  /** @returns undefined to refuse the name with `unrecognized_name`. */
  readonly choose: (hello: ClientHello) => TlsEndpoint | undefined;
  /** For the whole handshake, ClientHello included. Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Whether TLS may end before the connection (CCC); see `clear`. It costs time. Default false. */
  readonly canBeCleared?: boolean;
}

export interface UpgradeDataOptions {
  /** Whether a connection that does not resume this control connection's session is refused. Default true. */
  readonly requiresResumption?: boolean;
  /** Called when the client has begun its handshake. */
  readonly onHello?: () => void;
  /** Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A connection that became a TLS one. */
export interface UpgradedConnection {
  readonly socket: TLSSocket;
  readonly hello: ClientHello;
  readonly endpoint: TlsEndpoint;
  readonly isResumed: boolean;
  /** Verified, unless the endpoint asks for none. */
  readonly clientCertificate: PeerCertificate | undefined;
  /** Makes another connection of the same client a TLS one that is bound to this one. @throws {TlsError} */
  readonly upgradeData: (socket: Socket, options?: UpgradeDataOptions) => Promise<TLSSocket>;
  /**
   * Ends TLS and gives the connection back, paused, for clear text (RFC 4217 §6). What was written goes out first. Waits
   * until the client says anything, without a deadline of its own; `upgradeData` works on. Not before all that was read
   * is dealt with: it would be lost. There with `canBeCleared` only.
   * @throws {TlsError} TLS_CLIENT_GONE, TLS_NOT_CLEARED, or the signal's reason; the connection is destroyed then.
   */
  readonly clear?: (signal?: AbortSignal) => Promise<Socket>;
}
