import { randomBytes } from 'node:crypto';

/**
 * Marvin32, as a function of keys: quick, and with a secret seed, so that nobody outside can choose keys that fall into
 * one bucket.
 * @param seed - 8 bytes. Default: random ones.
 * @returns a function to 32-bit signed whole numbers.
 */
export function createKeyHash(seed: Uint8Array = randomBytes(8)): (key: Uint8Array) => number {
  const words = new DataView(seed.buffer, seed.byteOffset, 8);
  const seed0 = words.getInt32(0, true);
  const seed1 = words.getInt32(4, true);
  return (key) => {
    let p0 = seed0;
    let p1 = seed1;
    const { length } = key;
    const whole = length & ~3;
    // The last round but one takes what is left of the key and an end mark, the last one stirs.
    for (let at = 0; at <= whole + 4; at += 4) {
      let word = 0;
      if (at < whole) word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
      else if (at === whole) {
        word = 0x80;
        for (let last = length - 1; last >= whole; last--) word = (word << 8) | key[last]!;
      }
      p0 = (p0 + word) | 0;
      p1 ^= p0;
      p0 = (((p0 << 20) | (p0 >>> 12)) + p1) | 0;
      p1 = ((p1 << 9) | (p1 >>> 23)) ^ p0;
      p0 = (((p0 << 27) | (p0 >>> 5)) + p1) | 0;
      p1 = (p1 << 19) | (p1 >>> 13);
    }
    return p0 ^ p1;
  };
}
