export const cryptAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The base64 of crypt(3): bytes of a digest in the order that the scheme gives, three at a time, low bits first.
 * @param order - Positions in the digest, most significant of each group of three first; -1 stands for a zero byte.
 * @param length - Characters to keep, since the last group may be short.
 */
export function encodeDigest(digest: Uint8Array, order: readonly number[], length: number): string {
  let text = '';
  for (let at = 0; at < order.length; at += 3) {
    let bits =
      (byteAt(digest, order[at]) << 16) |
      (byteAt(digest, order[at + 1]) << 8) |
      byteAt(digest, order[at + 2]);
    for (let n = 0; n < 4; n += 1) {
      text += cryptAlphabet[bits & 0x3f];
      bits >>>= 6;
    }
  }
  return text.slice(0, length);
}

function byteAt(digest: Uint8Array, position = -1): number {
  return position < 0 ? 0 : (digest[position] ?? 0);
}
