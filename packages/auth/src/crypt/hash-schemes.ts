import bcrypt from 'bcryptjs';
import desCrypt from 'unix-crypt-td-js';
import { decodeRaw } from '../raw-text.ts';
import { cryptAlphabet } from './crypt-base64.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

/** The kinds of password hash that AuthUserFiles hold. */
export type HashSchemeName = 'des' | 'md5' | 'sha256' | 'sha512' | 'bcrypt';

export interface HashScheme {
  readonly name: HashSchemeName;
  /** A whole stored hash. Its groups are what `compute` and `cost` read. */
  readonly pattern: RegExp;
  /** Of a stored hash: rounds, or the power of two for bcrypt. Absent: fixed. */
  readonly cost?: (stored: string) => number;
  readonly maxCost: number;
  /** The whole hash of a password with the settings of `stored`. */
  readonly compute: (password: Uint8Array, stored: string) => string;
  /** Settings for a new password: a stored hash whose digest is filler. */
  readonly settings: (salt: (length: number) => string, cost?: number) => string;
}

const shaPattern = (id: string, digestLength: number): RegExp =>
  new RegExp(
    String.raw`^\$${id}\$(?:rounds=([1-9]\d{3,8})\$)?([^$:!*;\\\s\p{Cc}]{0,16})\$[./0-9A-Za-z]{${digestLength}}$`,
    'u',
  );

function shaScheme(name: 'sha256' | 'sha512', id: string, digestLength: number): HashScheme {
  const pattern = shaPattern(id, digestLength);
  return {
    name,
    pattern,
    cost: (stored) => Number(pattern.exec(stored)?.[1] ?? 5000),
    maxCost: 1_000_000,
    compute(password, stored) {
      const [, rounds, salt = ''] = pattern.exec(stored) ?? [];
      return shaCrypt(name, password, salt, rounds === undefined ? undefined : Number(rounds));
    },
    settings: (salt, rounds) =>
      `$${id}$${rounds === undefined ? '' : `rounds=${rounds}$`}${salt(16)}$${'.'.repeat(digestLength)}`,
  };
}

const md5Pattern = /^\$1\$([^$:!*;\\\s\p{Cc}]{0,8})\$[./0-9A-Za-z]{22}$/u;
const bcryptPattern = /^(\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{22})[./0-9A-Za-z]{31}$/;
const desPattern = /^[./0-9A-Za-z]{13}$/;

/** One row a kind. The limits on cost keep one login below about three seconds of one core. */
export const hashSchemes: readonly HashScheme[] = [
  shaScheme('sha512', '6', 86),
  shaScheme('sha256', '5', 43),
  {
    name: 'bcrypt',
    pattern: bcryptPattern,
    cost: (stored) => Number(bcryptPattern.exec(stored)?.[2] ?? 0),
    maxCost: 14,
    compute: (password, stored) =>
      bcrypt.hashSync(decodeRaw(password), bcryptPattern.exec(stored)?.[1] ?? ''),
    settings: (salt, cost = 10) =>
      // The last character of a bcrypt salt carries two bits only.
      `$2b$${String(cost).padStart(2, '0')}$${salt(21)}.${'.'.repeat(31)}`,
  },
  {
    name: 'md5',
    pattern: md5Pattern,
    maxCost: 1000,
    compute: (password, stored) => md5Crypt(password, md5Pattern.exec(stored)?.[1] ?? ''),
    settings: (salt) => `$1$${salt(8)}$${'.'.repeat(22)}`,
  },
  {
    name: 'des',
    pattern: desPattern,
    maxCost: 25,
    compute: (password, stored) => desCrypt([...password], stored.slice(0, 2)),
    settings: (salt) => `${salt(2)}${'.'.repeat(11)}`,
  },
];

/** The scheme of a stored hash. Absent: no known one. */
export function schemeOf(stored: string): HashScheme | undefined {
  return hashSchemes.find((scheme) => scheme.pattern.test(stored));
}

/** Salt characters from random bytes. */
export function saltFrom(randomBytes: (count: number) => Uint8Array): (length: number) => string {
  return (length) => Array.from(randomBytes(length), (byte) => cryptAlphabet[byte & 0x3f]).join('');
}
