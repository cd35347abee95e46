import type { Socket } from 'node:net';
import type { SessionView } from '../session-view.ts';
import type { TlsFacts } from './tls-facts.ts';

/** How the server gets TLS: it knows the dialogue of RFC 4217, and nothing of certificates, sessions and keys. */
export interface TlsPort {
  /**
   * What holds for a session as it is now. Cheap: asked for each command.
   * @returns undefined where no TLS is spoken: AUTH is an unknown command then.
   */
  rules(session: SessionView): TlsRules | undefined;
  /** Whether TLS begins with the connection, before the greeting (port 990). Asked after the policy's `connect`. */
  isImplicit(session: SessionView): boolean;
  /**
   * Upgrades the control connection; the socket is paused, and nothing of it was read that belongs to TLS.
   * Has a deadline of its own. Destroys the socket when it fails.
   * @throws an error with a `code`; its message goes to the log.
   */
  secureControl(session: SessionView, socket: Socket, signal: AbortSignal): Promise<SecureControl>;
}

/** ProFTPD's TLSRequired and what of TLSOptions changes the dialogue. */
export interface TlsRules {
  /** USER and PASS are refused in clear (TLSRequired auth, ctrl, on). */
  readonly requiresTlsToLogIn: boolean;
  /** All but what leads to TLS is refused in clear (TLSRequired ctrl, on). */
  readonly requiresControlTls: boolean;
  /** `required`: nothing is sent after PROT C (TLSRequired data, on); `forbidden`: nothing after PROT P (!data). */
  readonly dataTls: 'optional' | 'required' | 'forbidden';
  /** TLS is wanted, but has no certificate: AUTH is answered with 431. Absent: false. */
  readonly lacksCertificate?: boolean;
}

/** A control connection over TLS, and what only its owner can do. */
export interface SecureControl {
  /** What is written here goes out encrypted. */
  readonly socket: Socket;
  readonly facts: TlsFacts;
  /**
   * Makes a data connection of this control connection a TLS one, as its server in any case, and demands that it resumes
   * this control connection's session, unless that is not required (TLSOptions NoSessionReuseRequired).
   * Closes the socket when it fails.
   * @param onHello - Called when the client has begun its handshake.
   * @throws an error with a `code`; its message goes to the log.
   */
  secureData(socket: Socket, signal: AbortSignal, onHello: () => void): Promise<Socket>;
  /**
   * CCC: sends what was written, ends TLS and gives the connection back, paused, for commands in clear, once the client
   * has ended TLS or gone on in clear. `secureData` works on. Absent: it can't, and CCC is refused.
   * @throws an error with a `code`, the connection destroyed; its message goes to the log.
   */
  clear?(signal: AbortSignal): Promise<Socket>;
}
