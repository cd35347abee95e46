/** Every way in which this package is used wrongly, or reads something wrong. Codes are never reused. */
export const tlsErrors = {
  TLS_BAD_OPTION: 'An option is not valid',
  TLS_BAD_SESSION: 'The bytes are not a session that may be resumed here',
  TLS_BAD_RECORD: "The bytes are not a record of ProFTPD's TLS sessions",
  TLS_BAD_KEYS: 'The bytes are not ticket keys of this pool',
  TLS_BAD_LIST: 'A revocation list can not be read: it must be one, in PEM or DER',
  TLS_UNTRUSTED: 'The certificate of a resumed session is not trusted any more',
  TLS_UNSUPPORTED: 'This version of Node.js can not share the sessions of this server',
  TLS_HELLO_INVALID: 'The client did not begin a TLS handshake where one was to begin',
  TLS_HANDSHAKE_FAILED: 'Client and server could not agree; see the cause',
  TLS_HANDSHAKE_TIMEOUT: 'The client did not finish the handshake in time',
  TLS_CLIENT_GONE: 'The client closed the connection during the handshake',
  TLS_NOT_CLEARED: 'The client went on in TLS where TLS was to end',
  TLS_NAME_UNKNOWN: 'The client asked for a name that no server here has',
  TLS_CLIENT_UNVERIFIED: 'The certificate of the client is missing or not trusted; see the cause',
  TLS_NOT_RESUMED: 'The connection did not resume the session of the one that it belongs to',
} as const;

export type TlsErrorCode = keyof typeof tlsErrors;

const brand: unique symbol = Symbol.for('@ftpd/tls-session.TlsError') as never;

/** A mistake of the program, or bytes that can't be read. An outage of the cache is none. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code: TlsErrorCode;

  constructor(code: TlsErrorCode, message: string = tlsErrors[code], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a `TlsError`, also one of another copy of this package, and (if given) with one of these codes. */
export function isTlsError(value: unknown, ...codes: readonly TlsErrorCode[]): value is TlsError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return codes.length === 0 || codes.includes((value as unknown as TlsError).code);
}
