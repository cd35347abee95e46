import { hash } from 'node:crypto';
import { encodeDigest } from './crypt-base64.ts';

interface Variant {
  readonly prefix: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly digestBytes: number;
  readonly order: readonly number[];
  readonly textLength: number;
}

/** Rounds that a hash without `rounds=` has. */
export const defaultShaRounds = 5000;

const sha256: Variant = {
  prefix: '$5$',
  algorithm: 'sha256',
  digestBytes: 32,
  order: [...rotatedOrder(10, [0, 10, 20], 1), -1, 31, 30],
  textLength: 43,
};

const sha512: Variant = {
  prefix: '$6$',
  algorithm: 'sha512',
  digestBytes: 64,
  order: [...rotatedOrder(21, [0, 21, 42], 2), -1, -1, 63],
  textLength: 86,
};

/** Groups of three positions; each next group is the one before, turned and moved on by one. */
function rotatedOrder(groups: number, first: readonly [number, number, number], turn: 1 | 2): number[] {
  let [a, b, c] = first;
  const order: number[] = [];
  for (let n = 0; n < groups; n += 1) {
    order.push(a, b, c);
    [a, b, c] = turn === 1 ? [c + 1, a + 1, b + 1] : [b + 1, c + 1, a + 1];
  }
  return order;
}

/**
 * SHA-crypt, `$5$` and `$6$`.
 * @param password - At most 511 bytes: the work grows with the square of the length.
 * @param salt - Up to 16 characters.
 * @param rounds - 1000 to 999999999. Absent: 5000, not written into the result.
 * @see Unix crypt using SHA-256 and SHA-512, U. Drepper (public domain specification)
 */
export function shaCrypt(
  scheme: 'sha256' | 'sha512',
  password: Uint8Array,
  salt: string,
  rounds?: number,
): string {
  const variant = scheme === 'sha256' ? sha256 : sha512;
  const digest = runRounds(variant, password, Buffer.from(salt), rounds ?? defaultShaRounds);
  const roundsText = rounds === undefined ? '' : `rounds=${rounds}$`;
  return `${variant.prefix}${roundsText}${salt}$${encodeDigest(digest, variant.order, variant.textLength)}`;
}

function runRounds(variant: Variant, password: Uint8Array, salt: Buffer, rounds: number): Buffer {
  const { algorithm, digestBytes } = variant;
  const initial = initialDigest(variant, password, salt);
  const p = stretch(
    hash(algorithm, Buffer.concat(Array<Uint8Array>(password.length).fill(password)), 'buffer'),
    password.length,
  );
  const s = stretch(
    hash(algorithm, Buffer.concat(Array<Buffer>(16 + (initial[0] ?? 0)).fill(salt)), 'buffer'),
    salt.length,
  );
  const digest = Buffer.from(initial);
  const inputs = roundInputs(p, s, digestBytes);
  for (let round = 0; round < rounds; round += 1) {
    const input = inputs[round % inputs.length] as RoundInput;
    digest.copy(input.bytes, input.digestAt);
    // A text result costs half of what a Buffer result costs here, and this line is nearly all of the time.
    digest.write(hash(algorithm, input.bytes, 'binary'), 0, digestBytes, 'latin1');
  }
  return digest;
}

/** Steps 1 to 12 of the specification. */
function initialDigest({ algorithm, digestBytes }: Variant, password: Uint8Array, salt: Buffer): Buffer {
  const b = hash(algorithm, Buffer.concat([password, salt, password]), 'buffer');
  const parts: Uint8Array[] = [password, salt, stretch(b, password.length)];
  for (let bits = password.length; bits > 0; bits >>>= 1) {
    parts.push((bits & 1) === 1 ? b.subarray(0, digestBytes) : password);
  }
  return hash(algorithm, Buffer.concat(parts), 'buffer');
}

interface RoundInput {
  readonly bytes: Buffer;
  readonly digestAt: number;
}

/** What a round hashes depends on its number modulo 2, 3 and 7 only: 42 buffers, in which just the digest changes. */
function roundInputs(p: Buffer, s: Buffer, digestBytes: number): readonly RoundInput[] {
  const hole = Buffer.alloc(digestBytes);
  return Array.from({ length: 42 }, (_, round) => {
    const middle = [...(round % 3 === 0 ? [] : [s]), ...(round % 7 === 0 ? [] : [p])];
    const isOdd = round % 2 === 1;
    const bytes = Buffer.concat(isOdd ? [p, ...middle, hole] : [hole, ...middle, p]);
    return { bytes, digestAt: isOdd ? bytes.length - digestBytes : 0 };
  });
}

function stretch(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}
