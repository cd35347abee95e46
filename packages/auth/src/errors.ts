/** Every code of this package with the sentence that says what to do. Codes are never reused. */
export const authErrorTexts = {
  AUTH_FILE_MISSING:
    'The file does not exist or cannot be examined. Check the path in AuthUserFile or AuthGroupFile.',
  AUTH_FILE_NOT_A_FILE: 'The path names a folder or a device. Give the path of a regular file.',
  AUTH_FILE_INSECURE:
    'Others may read or change the file. Run chmod 0600 on it, and chmod o-w on its folder.',
  AUTH_FILE_UNREADABLE: 'The file cannot be read. Give it to the user that the server runs as.',
  AUTH_FILE_TOO_LARGE: 'The file is larger than maxBytes. Raise the limit or split the accounts.',
  AUTH_FILE_RELATIVE_PATH: 'The path is relative. Give an absolute one.',
  AUTH_RESTRICTION_INVALID:
    'A restriction on ids, names or homes is malformed. Write: id MIN-MAX, name REGEX, home REGEX.',
  AUTH_HASH_UNSUPPORTED:
    'The stored hash is of no kind that is supported. Set the password again with ftpasswd.',
  AUTH_HASH_TOO_COSTLY:
    'The stored hash asks for more work than a login may cost. Set the password again with fewer rounds.',
  AUTH_PASSWORD_INVALID:
    'The password holds a NUL, is longer than 511 bytes, or does not fit the kind of hash. Choose another.',
  AUTH_WORKER_FAILED:
    'The thread that hashes passwords failed. See the cause; the next login starts a new one.',
  AUTH_CLOSED: 'The hasher is closed. Create another one.',
} as const;

export type AuthErrorCode = keyof typeof authErrorTexts;

const brand = Symbol.for('@ftpd/auth/error');

/** What goes wrong in this package. Compare by `code`, not by text. */
export class AuthError extends Error {
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string = authErrorTexts[code], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AuthError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `value` is an AuthError of any copy of this package. */
export function isAuthError(value: unknown): value is AuthError {
  return typeof value === 'object' && value !== null && brand in value;
}
