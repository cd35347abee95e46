/** Every code with what to do about it. */
export const serverErrorTexts = {
  SERVER_ADDRESS_IN_USE: 'another program listens on this address and port; stop it or choose another port',
  SERVER_ADDRESS_NOT_AVAILABLE: 'this machine has no such address; check the configured address',
  SERVER_DENIED: 'the system refused the port; ports below 1024 need root or CAP_NET_BIND_SERVICE',
  SERVER_LISTEN_FAILED: 'listening failed; see the cause',
  SERVER_CLOSED: 'the server was closed; make a new one',
} as const;

export type ServerErrorCode = keyof typeof serverErrorTexts;

const brand: unique symbol = Symbol.for('@ftpd/server.ServerError') as never;

/** What went wrong while starting or stopping; sessions never throw. */
export class ServerError extends Error {
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, about: string, options?: { readonly cause?: unknown }) {
    super(`${about}: ${serverErrorTexts[code]}`, options);
    this.name = 'ServerError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** True also for errors of another copy of this package. */
export function isServerError(error: unknown): error is ServerError {
  return typeof error === 'object' && error !== null && brand in error;
}
