import type { TplErrorCode } from './errors.ts';
import type { TplField } from './format.ts';
import { BIG_ENDIAN_FLAG, HEADER_BYTES, MAGIC, NULL_STRINGS_FLAG } from './header.ts';
import { numberLayouts } from './numbers.ts';

/** The values of an image, or what is wrong with it: a record of a stranger is no exception. */
export function decodeImage(
  format: Uint8Array,
  fields: readonly TplField[],
  image: Uint8Array,
  maxBytes: number,
): unknown[] | TplErrorCode {
  if (image.length > maxBytes) return 'TPL_TOO_LONG';
  if (!startsWith(image, MAGIC, 0)) return 'TPL_NOT_AN_IMAGE';
  if (image.length < HEADER_BYTES) return 'TPL_BAD_LENGTH';
  const flags = image[3] as number;
  if ((flags & ~(BIG_ENDIAN_FLAG | NULL_STRINGS_FLAG)) !== 0) return 'TPL_NOT_AN_IMAGE';
  const isLittle = (flags & BIG_ENDIAN_FLAG) === 0;
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint32(4, isLittle) !== image.length) return 'TPL_BAD_LENGTH';
  const formatEnd = HEADER_BYTES + format.length;
  if (!startsWith(image, format, HEADER_BYTES) || image[formatEnd] !== 0) return 'TPL_OTHER_FORMAT';
  let at = formatEnd + 1;
  for (const field of fields)
    if ('count' in field) {
      if (at + 4 > image.length) return 'TPL_CUT';
      if (view.getUint32(at, isLittle) !== field.count) return 'TPL_OTHER_COUNT';
      at += 4;
    }
  return readFields(fields, image, view, at, isLittle, (flags & NULL_STRINGS_FLAG) !== 0);
}

function readFields(
  fields: readonly TplField[],
  image: Uint8Array,
  view: DataView,
  start: number,
  isLittle: boolean,
  hasNullStrings: boolean,
): unknown[] | TplErrorCode {
  const values: unknown[] = [];
  let at = start;
  for (const field of fields) {
    const { type } = field;
    if (type !== 'c#' && type !== 's' && type !== 'B') {
      const { bytes, read } = numberLayouts[type];
      if (at + bytes > image.length) return 'TPL_CUT';
      values.push(read(view, at, isLittle));
      at += bytes;
      continue;
    }
    let length = 0;
    if (type === 'c#') length = field.count;
    else {
      if (at + 4 > image.length) return 'TPL_CUT';
      length = view.getUint32(at, isLittle);
      at += 4;
      if (type === 's' && hasNullStrings) length -= 1;
    }
    if (at + length > image.length) return 'TPL_CUT';
    const bytes = length === -1 ? null : image.slice(at, at + length);
    // To a reader in C the string would end there.
    if (type === 's' && bytes?.includes(0) === true) return 'TPL_BAD_STRING';
    values.push(bytes);
    at += Math.max(0, length);
  }
  return at === image.length ? values : 'TPL_TRAILING';
}

function startsWith(bytes: Uint8Array, start: Uint8Array, offset: number): boolean {
  if (bytes.length < offset + start.length) return false;
  for (let at = 0; at < start.length; at += 1) if (bytes[offset + at] !== start[at]) return false;
  return true;
}
