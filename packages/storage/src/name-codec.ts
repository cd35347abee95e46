import { Buffer, isUtf8 } from 'node:buffer';

/** Bytes that are not valid UTF-8 stand in text as this code unit plus the byte: U+DC80 to U+DCFF. */
const ESCAPE = 0xdc00;
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;

/**
 * Text for a name as the file system or a peer has it: UTF-8, where each byte that is not valid UTF-8 becomes the lone
 * surrogate U+DC00 plus the byte (0x80 to 0xff). `encodeName` gives back exactly these bytes.
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(bytes)) return buffer.toString('utf8');
  let text = '';
  let start = 0;
  for (let at = 0; at < buffer.length;) {
    const length = sequenceLength(buffer, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += buffer.toString('utf8', start, at) + String.fromCharCode(ESCAPE + byteAt(buffer, at));
    at += 1;
    start = at;
  }
  return text + buffer.toString('utf8', start);
}

/**
 * The bytes of a name: UTF-8, with U+DC80 to U+DCFF as the bytes they stand for. Other lone surrogates, which
 * `decodeName` never makes, become U+FFFD.
 */
export function encodeName(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (unit < ESCAPE && isLowSurrogate(text.charCodeAt(at + 1))) {
      at += 1;
      continue;
    }
    parts.push(Buffer.from(text.slice(start, at), 'utf8'), escapedByte(unit));
    start = at + 1;
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'));
  return Buffer.concat(parts);
}

/** How many bytes `encodeName` makes of the text. */
export function nameBytes(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text, 'utf8') : encodeName(text).byteLength;
}

function escapedByte(unit: number): Uint8Array {
  return unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff
    ? Uint8Array.of(unit - ESCAPE)
    : Uint8Array.from(REPLACEMENT);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Length of the valid UTF-8 sequence at `at`, 0 if there is none. Overlong forms and surrogates are not valid. */
function sequenceLength(buffer: Uint8Array, at: number): number {
  const lead = byteAt(buffer, at);
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf
      ? 2
      : lead >= 0xe0 && lead <= 0xef
        ? 3
        : lead >= 0xf0 && lead <= 0xf4
          ? 4
          : 0;
  return length > 0 && at + length <= buffer.length && isUtf8(buffer.subarray(at, at + length)) ? length : 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
