/** Every way in which this package fails, with what it means. Codes are never reused. */
export const tplErrors = {
  TPL_BAD_FORMAT: 'The format is not one that this package knows: see its README',
  TPL_BAD_VALUE: 'A value does not fit its type in the format',
  TPL_NOT_AN_IMAGE: 'The bytes do not begin as a TPL image, or have flags that nobody knows',
  TPL_BAD_LENGTH: 'The image is longer or shorter than it says',
  TPL_TOO_LONG: 'The image is longer than allowed',
  TPL_OTHER_FORMAT: 'The image is of another format',
  TPL_OTHER_COUNT: 'An array of the image has another length than it should',
  TPL_CUT: 'The image ends inside a value',
  TPL_BAD_STRING: 'A string of the image has a NUL inside',
  TPL_TRAILING: 'The image has more bytes than its format',
} as const;

export type TplErrorCode = keyof typeof tplErrors;

const brand: unique symbol = Symbol.for('@ftpd/tpl.TplError') as never;

/** An image, a format or a value that cannot be worked with. Never holds what was in an image. */
export class TplError extends Error {
  override readonly name = 'TplError';
  readonly code: TplErrorCode;

  constructor(code: TplErrorCode, message: string = tplErrors[code]) {
    super(message);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a `TplError`, also one of another copy of this package, and (if given) with one of these codes. */
export function isTplError(value: unknown, ...codes: readonly TplErrorCode[]): value is TplError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return codes.length === 0 || codes.includes((value as unknown as TplError).code);
}
