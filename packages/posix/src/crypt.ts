import { namedError } from './errors.ts';
import { addressOf } from './memory.ts';
import { libraryFunction } from './native.ts';

// sizeof (struct crypt_data) of libxcrypt, of every version.
const dataBytes = 32_768;

const cryptRn = libraryFunction<[Uint8Array, Uint8Array, Uint8Array, number], bigint | null>(
  'crypt',
  'crypt_rn',
  'pointer',
  ['pointer', 'pointer', 'pointer', 'int'],
);

/**
 * The hash of a password, by all methods that the system's libcrypt knows. Blocks for as long as the method costs (SHA-512
 * some milliseconds, yescrypt more): for a worker thread. Memory is of each call, so that threads never see each other's.
 * @param password - Bytes without a NUL; methods that take at most 511 refuse more.
 * @param setting - A setting such as `$6$salt`, or a whole hash, which is then what to compare with.
 * @returns undefined when the method is unknown or switched off, the setting malformed, or the password too long.
 * @throws {PosixError} EINVAL when the password holds a NUL, behind which nothing would count.
 * @see crypt_rn(3)
 */
export function cryptPassword(password: Uint8Array, setting: string): string | undefined {
  if (password.includes(0)) throw namedError('crypt_rn', 'EINVAL', 'a password holds a NUL');
  // Settings are printable ASCII; others match nothing.
  if (!/^[!-~]*$/.test(setting)) return undefined;
  const data = Buffer.alloc(dataBytes);
  const phrase = Buffer.alloc(password.length + 1);
  phrase.set(password);
  try {
    const result = cryptRn(phrase, Buffer.from(`${setting}\0`), data, data.length);
    if (result === null) return undefined;
    const start = Number(BigInt(result) - addressOf(data));
    const hash = data.toString('latin1', start, data.indexOf(0, start));
    return hash.startsWith('*') ? undefined : hash;
  } finally {
    phrase.fill(0);
    data.fill(0);
  }
}
