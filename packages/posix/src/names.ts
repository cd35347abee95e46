import { namedError } from './errors.ts';

/** A file name or another word for the kernel: bytes as they are, text as UTF-8. Neither may hold a NUL. */
export type PosixName = string | Uint8Array;

/**
 * `name` with the NUL that ends it in C.
 * @throws {PosixError} EINVAL when it holds a NUL; EILSEQ when text has a lone surrogate, which has no UTF-8: the kernel
 * would get another name than the one that was meant. Encode such names to bytes first.
 */
export function nulTerminated(syscall: string, name: PosixName): Uint8Array {
  if (typeof name === 'string') {
    if (name.includes('\0')) throw namedError(syscall, 'EINVAL', 'a name holds a NUL');
    if (!name.isWellFormed()) throw namedError(syscall, 'EILSEQ', 'a name is no Unicode text');
    return Buffer.from(`${name}\0`);
  }
  if (name.includes(0)) throw namedError(syscall, 'EINVAL', 'a name holds a NUL');
  const bytes = Buffer.allocUnsafe(name.length + 1);
  bytes.set(name);
  bytes[name.length] = 0;
  return bytes;
}

/** The bytes before the first NUL, as a copy. */
export function bytesBeforeNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return bytes.slice(0, end < 0 ? bytes.length : end);
}

/** @throws {PosixError} EINVAL when `id` is no uid or gid; 2^32 - 1 is none, it means "leave as it is". */
export function checkedId(syscall: string, id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 0xff_ff_ff_ff) return id;
  throw namedError(syscall, 'EINVAL', 'a user or group id is out of range');
}
