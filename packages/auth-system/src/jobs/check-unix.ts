import { timingSafeEqual } from 'node:crypto';
import { decodeRaw, encodeRaw, maxPasswordBytes } from '@ftpd/auth';
import {
  cryptPassword,
  getpwnam,
  getspnam,
  isPosixError,
  type PasswdEntry,
  type ShadowEntry,
} from '@ftpd/posix';
import { agingRefusal, type PasswordAge } from '../shadow-rules.ts';
import type { Jobs, UnixAnswer } from '../worker-protocol.ts';
import { dummySetting } from './dummy-setting.ts';
import { accountOf } from './find-account.ts';
import { rememberingMatches } from './verified-passwords.ts';

/** Looks a user up, compares the password with the hash in shadow, and applies the rules of its age. */
export function checkUnix({ user, password }: Jobs['check-unix']['input']): UnixAnswer {
  const name = encodeRaw(user);
  const entry = getpwnam(name);
  if (entry === undefined) {
    isHashOf(Buffer.from('-'), dummySetting());
    return { outcome: 'unknown' };
  }
  const shadow = shadowOf(entry);
  if (shadow === 'unreadable') return { outcome: 'no-shadow' };
  const isMatch = compare(password, shadow.hash);
  // After the hash in any case: the time must not tell whose account has expired.
  const reason = agingRefusal(shadow.age, Date.now()) ?? (isMatch ? undefined : refusalOf(shadow.hash));
  return reason === undefined
    ? { outcome: 'accepted', account: accountOf(entry) }
    : { outcome: 'refused', reason };
}

interface Secret {
  readonly hash: string;
  readonly age: PasswordAge;
}

/** The hash stands in shadow, or, for accounts that have no entry there (NIS), in passwd. */
function shadowOf(entry: PasswdEntry): Secret | 'unreadable' {
  const found = readShadow(entry.name);
  if (found === 'unreadable') return found;
  const inPasswd = decodeRaw(entry.password);
  if (found === undefined) return inPasswd === 'x' ? 'unreadable' : { hash: inPasswd, age: {} };
  return { hash: decodeRaw(found.hash), age: found };
}

function readShadow(name: Uint8Array): ShadowEntry | undefined | 'unreadable' {
  try {
    return getspnam(name);
  } catch (error) {
    if (isPosixError(error) && error.code === 'EACCES') return 'unreadable';
    throw error;
  }
}

/** Whether crypt(3) makes this hash of the password. Costs a hash also where nothing can match. */
function compare(password: string, hash: string): boolean {
  const bytes = encodeRaw(password);
  const isPossible = bytes.length <= maxPasswordBytes && !bytes.includes(0);
  if (isPossible) return rememberingMatches(bytes, hash, () => isHashOf(bytes, hash));
  isHashOf(Buffer.from('-'), hash);
  return false;
}

function isHashOf(password: Uint8Array, hash: string): boolean {
  const computed = cryptPassword(password, hash);
  if (computed === undefined) {
    // Locked, empty or of no known kind.
    cryptPassword(password, dummySetting());
    return false;
  }
  const [left, right] = [Buffer.from(computed), Buffer.from(hash)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refusalOf(hash: string): 'account-locked' | 'no-password-set' | 'wrong-password' {
  if (/^[!*]/.test(hash)) return 'account-locked';
  return hash === '' ? 'no-password-set' : 'wrong-password';
}
