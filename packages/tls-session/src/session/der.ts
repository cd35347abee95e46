/** One value in DER: its tag byte, and where its content is. */
export interface DerValue {
  readonly tag: number;
  readonly start: number;
  /** Where its content ends, and what follows begins. */
  readonly end: number;
}

/**
 * Reads the head of a value: tags of one byte, lengths of at most four, in their shortest form.
 * @returns undefined if there is none that ends at `limit` or before.
 * @see ITU-T X.690 10.1
 */
export function readDer(bytes: Uint8Array, at: number, limit: number): DerValue | undefined {
  if (at + 2 > limit || limit > bytes.length) return undefined;
  const tag = bytes[at]!;
  if ((tag & 0x1f) === 0x1f) return undefined;
  const first = bytes[at + 1]!;
  if (first < 0x80) {
    const end = at + 2 + first;
    return end > limit ? undefined : { tag, start: at + 2, end };
  }
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4 || at + 2 + lengthBytes > limit) return undefined;
  let length = 0;
  for (let index = 0; index < lengthBytes; index++) length = length * 256 + bytes[at + 2 + index]!;
  const shortest = lengthBytes === 1 ? 0x80 : 256 ** (lengthBytes - 1);
  const start = at + 2 + lengthBytes;
  return length < shortest || start + length > limit ? undefined : { tag, start, end: start + length };
}

/** @returns a value of this tag that fills the range, undefined if there is something else. */
export function readWhole(bytes: Uint8Array, tag: number, at: number, limit: number): DerValue | undefined {
  const value = readDer(bytes, at, limit);
  return value?.tag === tag && value.end === limit ? value : undefined;
}

/** @returns the number, undefined if it is negative, not in its shortest form, or above 2^53 - 1. */
export function readUnsigned(bytes: Uint8Array, { start, end }: DerValue): number | undefined {
  const first = bytes[start];
  if (first === undefined || end === start || end - start > 8 || first > 0x7f) return undefined;
  if (first === 0 && end - start > 1 && bytes[start + 1]! < 0x80) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!;
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;
