import { TplError } from './errors.ts';
import type { TplField } from './format.ts';
import { BIG_ENDIAN_FLAG, HEADER_BYTES, MAGIC, NULL_STRINGS_FLAG } from './header.ts';
import { numberLayouts, type NumberLayout } from './numbers.ts';

/** What one value takes. @throws {TplError} TPL_BAD_VALUE */
function sizeOf(field: TplField, value: unknown, index: number): number {
  const misfit = (wanted: string): TplError =>
    new TplError('TPL_BAD_VALUE', `Value ${index} of type ${field.type} has to be ${wanted}`);
  if (field.type === 'c#') {
    if (!(value instanceof Uint8Array) || value.length !== field.count) throw misfit(`${field.count} bytes`);
    return value.length;
  }
  if (field.type === 's') {
    if (value === null) return 4;
    if (!(value instanceof Uint8Array) || value.includes(0)) throw misfit('bytes without NUL, or null');
    return 4 + value.length;
  }
  if (field.type === 'B') {
    if (!(value instanceof Uint8Array)) throw misfit('bytes');
    return 4 + value.length;
  }
  const layout = numberLayouts[field.type] as NumberLayout<unknown>;
  if (!layout.fits(value)) throw misfit('a number that fits');
  return layout.bytes;
}

/** An image of values. Every part of the format was checked before. @throws {TplError} TPL_BAD_VALUE, TPL_TOO_LONG */
export function encodeImage(
  format: Uint8Array,
  fields: readonly TplField[],
  values: readonly unknown[],
  isLittle: boolean,
  maxBytes: number,
): Uint8Array {
  if (values.length !== fields.length)
    throw new TplError(
      'TPL_BAD_VALUE',
      `The format has ${fields.length} values, and ${values.length} are given`,
    );
  const counts = fields.flatMap((field) => ('count' in field ? [field.count] : []));
  const bodyAt = HEADER_BYTES + format.length + 1 + 4 * counts.length;
  const length = fields.reduce((sum, field, index) => sum + sizeOf(field, values[index], index), bodyAt);
  if (length > maxBytes) throw new TplError('TPL_TOO_LONG');
  const image = new Uint8Array(length);
  const view = new DataView(image.buffer);
  image.set(MAGIC);
  const hasStrings = fields.some(({ type }) => type === 's');
  image[3] = (isLittle ? 0 : BIG_ENDIAN_FLAG) | (hasStrings ? NULL_STRINGS_FLAG : 0);
  view.setUint32(4, length, isLittle);
  image.set(format, HEADER_BYTES);
  counts.forEach((count, at) => view.setUint32(bodyAt - 4 * (counts.length - at), count, isLittle));
  let at = bodyAt;
  for (const [index, field] of fields.entries()) at = write(view, image, at, field, values[index], isLittle);
  return image;
}

/** @returns where the next value goes. */
function write(
  view: DataView,
  image: Uint8Array,
  at: number,
  field: TplField,
  value: unknown,
  isLittle: boolean,
): number {
  const { type } = field;
  if (type === 'c#' || type === 's' || type === 'B') {
    if (value === null) return at + 4;
    const bytes = value as Uint8Array;
    const start = type === 'c#' ? at : at + 4;
    // 0 stands for null, and so all others are one more.
    if (type !== 'c#') view.setUint32(at, bytes.length + (type === 's' ? 1 : 0), isLittle);
    image.set(bytes, start);
    return start + bytes.length;
  }
  const layout = numberLayouts[type] as NumberLayout<unknown>;
  layout.write(view, at, value, isLittle);
  return at + layout.bytes;
}
