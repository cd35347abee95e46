/** Every code of this package with the sentence that says what to do. Codes are never reused. */
export const systemAuthErrorTexts = {
  SYSTEM_AUTH_TIMEOUT:
    'The system did not answer in time, and the process that asked was ended. Look for a name service or a PAM module that hangs.',
  SYSTEM_AUTH_BUSY: 'Too many wait for the system already. Try again later, or raise maxQueue.',
  SYSTEM_AUTH_ABORTED: 'The caller gave up before the system was asked.',
  SYSTEM_AUTH_WORKER_FAILED:
    'The process that asks the system ended. See the cause; the next question starts another.',
  SYSTEM_AUTH_FAILED: 'The system answered with an error. See the cause.',
  SYSTEM_AUTH_NO_SHADOW:
    'The hash of the password cannot be read. The program that checks passwords must be root, or in the group shadow.',
  SYSTEM_AUTH_CLOSED: 'The authenticator is closed. Create another one.',
} as const;

export type SystemAuthErrorCode = keyof typeof systemAuthErrorTexts;

const brand = Symbol.for('@ftpd/auth-system/error');

/** What goes wrong in this package. Compare by `code`, not by text. */
export class SystemAuthError extends Error {
  readonly code: SystemAuthErrorCode;

  constructor(code: SystemAuthErrorCode, detail?: string, cause?: unknown) {
    super(
      detail === undefined ? systemAuthErrorTexts[code] : `${systemAuthErrorTexts[code]} (${detail})`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'SystemAuthError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `value` is a SystemAuthError of any copy of this package. */
export function isSystemAuthError(value: unknown): value is SystemAuthError {
  return typeof value === 'object' && value !== null && brand in value;
}
