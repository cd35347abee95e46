/** What ftpasswd ends with. 0 to 8 are those of ProFTPD's ftpasswd; wrapper scripts rely on them. */
export const exitCodes = {
  done: 0,
  noSuchEntry: 1,
  sameAsCurrentPassword: 2,
  sameAsSystemPassword: 4,
  unusableHome: 8,
  /** A file could not be read, locked or written, or no password came. */
  failed: 16,
  interrupted: 130,
  wrongUsage: 255,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the program with a code; the message is for standard error. */
export class Failure extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}
