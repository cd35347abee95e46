import { isUtf8 } from 'node:buffer';

/** A byte that is no valid UTF-8 travels as this lone surrogate plus its value, and comes back as the byte. */
const escapeBase = 0xdc00;

/**
 * Bytes as text: UTF-8, where each byte that is not valid becomes the lone surrogate U+DC00+byte.
 * `encodeRaw` gives the exact bytes back.
 */
export function decodeRaw(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  let at = 0;
  while (at < buffer.length) {
    const length = sequenceLength(buffer[at] ?? 0);
    const sequence = buffer.subarray(at, at + length);
    if (length > 0 && sequence.length === length && isUtf8(sequence)) {
      text += sequence.toString('utf8');
      at += length;
    } else {
      text += String.fromCharCode(escapeBase + (buffer[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

/** The bytes of a text from `decodeRaw`, a peer's command line or a prompt. */
export function encodeRaw(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const symbol of text) {
    const code = symbol.codePointAt(0) ?? 0;
    const isEscapedByte = code >= escapeBase + 0x80 && code <= escapeBase + 0xff;
    parts.push(isEscapedByte ? Buffer.of(code - escapeBase) : Buffer.from(symbol, 'utf8'));
  }
  return Buffer.concat(parts);
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}
