/** Every way in which this package is used wrongly, or reads something wrong. Codes are never reused. */
export const banErrors = {
  BAN_BAD_SUBJECT:
    'A subject is a host (address or CIDR), user, class, user@host or key, with a name of 1 to 512 characters',
  BAN_BAD_RULE: 'A rule needs events, and a limit, a window and lengths above 0',
  BAN_BAD_OPTION: 'An option is not valid',
  BAN_BAD_RECORD: "The bytes are not a record of ProFTPD's bans",
  BAN_JOURNAL: 'The journal cannot be used: its folder must exist, and it must be a file of our own',
} as const;

export type BanErrorCode = keyof typeof banErrors;

const brand: unique symbol = Symbol.for('@ftpd/ban.BanError') as never;

/** A mistake of the program or of its settings, or a record that can't be read. An outage of the cache is none. */
export class BanError extends Error {
  override readonly name = 'BanError';
  readonly code: BanErrorCode;

  constructor(code: BanErrorCode, message: string = banErrors[code], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a `BanError`, also one of another copy of this package, and (if given) with one of these codes. */
export function isBanError(value: unknown, ...codes: readonly BanErrorCode[]): value is BanError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return codes.length === 0 || codes.includes((value as unknown as BanError).code);
}
