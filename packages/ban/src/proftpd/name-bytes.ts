import { isUtf8 } from 'node:buffer';

/**
 * The bytes of a name. Names are UTF-8; a byte that is none stands in the text as the lone surrogate U+DC00 + byte, as in
 * Python's surrogateescape.
 * @returns undefined for other lone surrogates, which are no bytes.
 */
export function bytesOfName(text: string): Uint8Array | undefined {
  const parts = text.split(/([\udc80-\udcff])/u);
  const bytes = parts.map((part) =>
    /^[\udc80-\udcff]$/u.test(part) ? Uint8Array.of(part.charCodeAt(0) & 0xff) : Buffer.from(part),
  );
  const whole = Buffer.concat(bytes);
  return nameOfBytes(whole) === text ? Uint8Array.from(whole) : undefined;
}

/** The text of bytes that may not be UTF-8. */
export function nameOfBytes(bytes: Uint8Array): string {
  const whole = utf8OfBytes(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(bytes, at);
    if (length === 1) text += String.fromCharCode(first);
    else if (length === 0) text += String.fromCharCode(0xdc00 + first);
    else text += textOf(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

/** @returns undefined for what is not UTF-8. */
export function utf8OfBytes(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? textOf(bytes) : undefined;
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8');
}

/** How many bytes the character has that begins there; 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
