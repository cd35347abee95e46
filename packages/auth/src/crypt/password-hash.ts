import { randomBytes as systemRandomBytes, timingSafeEqual } from 'node:crypto';
import { AuthError } from '../errors.ts';
import { encodeRaw } from '../raw-text.ts';
import { type HashScheme, type HashSchemeName, hashSchemes, saltFrom, schemeOf } from './hash-schemes.ts';

/** As crypt(3) of libxcrypt: longer passwords match nothing. */
export const maxPasswordBytes = 511;

/**
 * What a stored hash says of a password.
 * `unsupported`: of no known kind. `too-costly`: asks for more work than a login may cost.
 */
export type HashCheck = 'match' | 'mismatch' | 'unsupported' | 'too-costly';

/**
 * Compares a password with a stored hash, on the calling thread: for `$6$` some 10 ms, for bcrypt 100 ms and more.
 * @param password - Text as `decodeRaw` gives it. One with a NUL or above 511 bytes matches nothing, after the same work.
 */
export function checkPassword(password: string, stored: string): HashCheck {
  const scheme = schemeOf(stored);
  if (scheme === undefined) return 'unsupported';
  if (isTooCostly(scheme, stored)) return 'too-costly';
  const bytes = passwordBytes(password);
  const computed = scheme.compute(bytes ?? Buffer.from('-'), stored);
  return isSameText(computed, stored) && bytes !== undefined ? 'match' : 'mismatch';
}

/** Why a stored hash can match no password, without any hashing. @returns undefined when it can. */
export function hashDefect(stored: string): 'unsupported' | 'too-costly' | undefined {
  const scheme = schemeOf(stored);
  if (scheme === undefined) return 'unsupported';
  return isTooCostly(scheme, stored) ? 'too-costly' : undefined;
}

function isTooCostly(scheme: HashScheme, stored: string): boolean {
  return (scheme.cost?.(stored) ?? 0) > scheme.maxCost;
}

export interface NewHashOptions {
  /** Rounds for sha256 and sha512 (1000 to 1000000), power of two for bcrypt (4 to 14). Absent: the scheme's default. */
  readonly cost?: number;
  readonly randomBytes?: (count: number) => Uint8Array;
}

/**
 * A new hash for an AuthUserFile, with a random salt.
 * @throws {AuthError} AUTH_PASSWORD_INVALID for a NUL or more than 511 bytes (bcrypt: 72).
 */
export function hashPassword(
  password: string,
  scheme: HashSchemeName,
  { cost, randomBytes = systemRandomBytes }: NewHashOptions = {},
): string {
  const row = hashSchemes.find(({ name }) => name === scheme);
  const bytes = passwordBytes(password);
  // bcrypt reads 72 bytes and no more; a longer password would look stronger than it is.
  const fits =
    bytes !== undefined && (scheme !== 'bcrypt' || (bytes.length <= 72 && password.isWellFormed()));
  if (row === undefined || !fits) throw new AuthError('AUTH_PASSWORD_INVALID');
  const settings = row.settings(saltFrom(randomBytes), cost);
  if (hashDefect(settings) !== undefined) throw new AuthError('AUTH_HASH_TOO_COSTLY');
  return row.compute(bytes, settings);
}

/**
 * Kind and cost, as one word, of a stored hash that this module does not know and another can check.
 * Undefined: the other does not know it either. Such hashes end in a digest of 43 characters.
 */
export type OtherHashKind = (stored: string) => string | undefined;

/**
 * A hash that no password matches and that costs as much as the hashes most used in `stored`:
 * an unknown user is checked against it, so that a client can't tell by the time who exists.
 */
export function dummyHash(stored: Iterable<string>, otherKind: OtherHashKind = () => undefined): string {
  const counts = new Map<string, { count: number; readonly dummy: string }>();
  for (const hash of stored) {
    const scheme = schemeOf(hash);
    if (scheme !== undefined && isTooCostly(scheme, hash)) continue;
    const kind = scheme === undefined ? otherKind(hash) : `${scheme.name} ${scheme.cost?.(hash) ?? 0}`;
    if (kind === undefined) continue;
    const seen = counts.get(kind);
    if (seen === undefined)
      counts.set(kind, { count: 1, dummy: replaceDigest(hash, digestLengths[scheme?.name ?? 'other']) });
    else seen.count += 1;
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.dummy ?? '$6$dummydummydummyd$' + '.'.repeat(86);
}

const digestLengths: Readonly<Record<HashSchemeName | 'other', number>> = {
  sha512: 86,
  sha256: 43,
  bcrypt: 31,
  md5: 22,
  des: 11,
  other: 43,
};

function replaceDigest(stored: string, length: number): string {
  return stored.slice(0, -length) + '.'.repeat(length);
}

function passwordBytes(password: string): Uint8Array | undefined {
  // A character takes a byte at least, so the first test spares the encoding of a flood.
  if (password.length > maxPasswordBytes || password.includes('\0')) return undefined;
  const bytes = encodeRaw(password);
  return bytes.length > maxPasswordBytes ? undefined : bytes;
}

function isSameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
