import { getSystemErrorMap } from 'node:util';

/** The codes that are no error number of the system, with the sentence that says what to do. Codes are never reused. */
export const posixErrorTexts = {
  POSIX_UNAVAILABLE:
    'System calls are out of reach here. They need Linux 5.6 or newer on x86-64 or arm64, and the package koffi.',
  POSIX_LIBRARY_MISSING:
    'A library of the system cannot be loaded. Install libcrypt1 (crypt) or libpam0g (PAM), or what brings them.',
  POSIX_FUNCTION_MISSING: 'A library of the system lacks a function. It is too old; update the system.',
} as const;

export type PosixErrorCode = keyof typeof posixErrorTexts;

const brand = Symbol.for('@ftpd/posix/error');

/**
 * What goes wrong in this package. Compare by `code`: the name of the error number, as in Node's own errors ('EACCES',
 * 'ENOENT'; `ERRNO_N` for a number without a name), or a `PosixErrorCode`.
 */
export class PosixError extends Error {
  readonly code: string;
  /** The error number, > 0. 0: the system gave none. */
  readonly errno: number;
  /** The system call or the function of the library, such as 'openat2'. */
  readonly syscall: string;

  constructor(
    code: string,
    syscall: string,
    { message, errno = 0, cause }: { message: string; errno?: number; cause?: unknown },
  ) {
    super(`${code}: ${message}, ${syscall}`, cause === undefined ? undefined : { cause });
    this.name = 'PosixError';
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `value` is a PosixError of any copy of this package. */
export function isPosixError(value: unknown): value is PosixError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** The error of an error number, such as `errnoError('openat2', 13)`. */
export function errnoError(syscall: string, errno: number): PosixError {
  const [code, message] = systemErrors().get(-errno) ?? [`ERRNO_${errno}`, `unknown error ${errno}`];
  return new PosixError(code, syscall, { message, errno });
}

/** The same by name, for what is refused before the call is made. */
export function namedError(
  syscall: string,
  code: 'EINVAL' | 'EILSEQ' | 'EPERM' | 'ERANGE' | 'ENAMETOOLONG',
  message: string,
): PosixError {
  return new PosixError(code, syscall, { message, errno: errnoByName[code] });
}

export function unavailableError(syscall: string, reason: string, cause?: unknown): PosixError {
  const message = `${posixErrorTexts.POSIX_UNAVAILABLE} (${reason})`;
  return new PosixError('POSIX_UNAVAILABLE', syscall, { message, cause });
}

// The numbers of Linux, which are not those of the system that these errors may be thrown on.
const errnoByName = { EPERM: 1, EINVAL: 22, ERANGE: 34, ENAMETOOLONG: 36, EILSEQ: 84 } as const;

let errors: Map<number, [string, string]> | undefined;

function systemErrors(): Map<number, [string, string]> {
  errors ??= getSystemErrorMap();
  return errors;
}
