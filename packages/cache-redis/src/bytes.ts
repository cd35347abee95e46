import { isAscii } from 'node:buffer';

/** The same bytes, as the client wants them. */
export function bytes(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** A key as text where it is ASCII, which the client sends with less ado; always a copy. */
export function keyArgument(key: Buffer): string | Buffer {
  return isAscii(key) ? key.toString('latin1') : Buffer.from(key);
}
