import { endianness } from 'node:os';

/** Integers on a control socket are in the order of the machine. */
const isLittle = endianness() === 'LE';

export const integerBytes = 4;

/** The unsigned 32-bit integer at `at`; undefined: the bytes end before it does. */
export function readInteger(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length < at + integerBytes) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, isLittle);
}

export function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(integerBytes);
  new DataView(bytes.buffer).setInt32(0, value, isLittle);
  return bytes;
}

/** The bytes with their length before them. */
export function withLength(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([integer(bytes.length), bytes]);
}
