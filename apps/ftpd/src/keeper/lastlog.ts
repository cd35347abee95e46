import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { arch } from 'node:os';

/** What lastlog(8) reads. */
export const lastlogPath = '/var/log/lastlog';

export interface LastlogRecord {
  readonly uid: number;
  /** Terminal, at most 32 bytes. */
  readonly line: string;
  /** Name or address, at most 256 bytes. */
  readonly host: string;
  readonly atMs: number;
}

const lineBytes = 32;
const hostBytes = 256;

/** `struct lastlog` of glibc: its time has 32 bits on x86-64, for 32-bit programs, and 64 on arm64. */
export function encodeLastlog(
  { line, host, atMs }: Pick<LastlogRecord, 'line' | 'host' | 'atMs'>,
  architecture: string = arch(),
): Uint8Array {
  const timeBytes = architecture === 'x64' ? 4 : 8;
  const bytes = Buffer.alloc(timeBytes + lineBytes + hostBytes);
  const seconds = Math.floor(atMs / 1000);
  if (timeBytes === 4) bytes.writeUInt32LE(seconds % 2 ** 32);
  else bytes.writeBigInt64LE(BigInt(seconds));
  bytes.set(Buffer.from(line).subarray(0, lineBytes), timeBytes);
  bytes.set(Buffer.from(host).subarray(0, hostBytes), timeBytes + lineBytes);
  return bytes;
}

/** Notes a user's last login in his place of the file, which is not made. @throws Node's ENOENT, EACCES … */
export function writeLastlog(path: string, { uid, ...record }: LastlogRecord): void {
  const bytes = encodeLastlog(record);
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeSync(descriptor, bytes, 0, bytes.length, uid * bytes.length);
  } finally {
    closeSync(descriptor);
  }
}
