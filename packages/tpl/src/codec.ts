import { decodeImage } from './decode.ts';
import { encodeImage } from './encode.ts';
import { TplError } from './errors.ts';
import { parseFormat, type TplValues } from './format.ts';

export type TplByteOrder = 'little' | 'big';

export interface TplCodecOptions {
  /** The length of each `c#` of the format, in order. Default: none. */
  readonly counts?: readonly number[];
  /** Longer images are refused, in bytes. Default 1,000,000. */
  readonly maxBytes?: number;
}

/** Reads and writes the images of one format. */
export interface TplCodec<Format extends string> {
  readonly format: Format;
  /**
   * @param byteOrder - That of the machine that is to be imitated. Default `little`, as on x86 and ARM.
   * @throws {TplError} TPL_BAD_VALUE, TPL_TOO_LONG
   */
  encode(values: TplValues<Format>, byteOrder?: TplByteOrder): Uint8Array;
  /**
   * Reads an image of either byte order. Arrays are copies.
   * @throws {TplError} TPL_NOT_AN_IMAGE, TPL_BAD_LENGTH, TPL_TOO_LONG, TPL_OTHER_FORMAT, TPL_OTHER_COUNT, TPL_CUT,
   * TPL_BAD_STRING, TPL_TRAILING
   */
  decode(image: Uint8Array): TplValues<Format>;
}

/**
 * A codec for one format, such as `vs` or `S(uic#)`.
 * @throws {TplError} TPL_BAD_FORMAT
 */
export function createTplCodec<Format extends string>(
  format: Format,
  { counts = [], maxBytes = 1_000_000 }: TplCodecOptions = {},
): TplCodec<Format> {
  const fields = parseFormat(format, counts);
  const formatBytes = new TextEncoder().encode(format);
  return {
    format,
    encode: (values, byteOrder = 'little') =>
      encodeImage(formatBytes, fields, values, byteOrder === 'little', maxBytes),
    decode(image) {
      const values = decodeImage(formatBytes, fields, image, maxBytes);
      if (typeof values === 'string') throw new TplError(values);
      return values as unknown as TplValues<Format>;
    },
  };
}
