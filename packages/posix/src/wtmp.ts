import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { arch } from 'node:os';
import { namedError } from './errors.ts';
import { nulTerminated, type PosixName } from './names.ts';

/** A login or a logout. Texts that are too long for their field are cut, as everybody does. */
export interface WtmpRecord {
  readonly kind: 'login' | 'logout';
  /** The user; of no weight for a logout. At most 32 bytes. */
  readonly user: PosixName;
  /** Pairs a logout with its login, such as `ftpd1234`. At most 32 bytes. */
  readonly line: string;
  /** Where the client is: name or address. At most 256 bytes. */
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const kinds = { login: 7, logout: 8 } as const;

interface Layout {
  readonly bytes: number;
  readonly session: number;
  readonly seconds: number;
  readonly wordBytes: 4 | 8;
}

/**
 * `struct utmp` of glibc: x86-64 keeps the 32-bit fields of its 32-bit programs, arm64 has 64-bit ones. See utmp(5) and
 * bits/utmp.h, __WORDSIZE_TIME64_COMPAT32.
 */
const layouts: Readonly<Record<string, Layout>> = {
  x64: { bytes: 384, session: 336, seconds: 340, wordBytes: 4 },
  arm64: { bytes: 400, session: 336, seconds: 344, wordBytes: 8 },
};

const fields = {
  kind: { offset: 0, bytes: 2 },
  pid: { offset: 4, bytes: 4 },
  line: { offset: 8, bytes: 32 },
  user: { offset: 44, bytes: 32 },
  host: { offset: 76, bytes: 256 },
} as const;

/** The record as it stands in the file. @param architecture - As `os.arch()`. */
export function encodeWtmp(record: WtmpRecord, architecture: string = arch()): Uint8Array {
  const layout = layouts[architecture];
  if (layout === undefined) throw namedError('wtmp', 'EINVAL', `the layout on ${architecture} is unknown`);
  const bytes = Buffer.alloc(layout.bytes);
  bytes.writeInt16LE(kinds[record.kind], fields.kind.offset);
  bytes.writeInt32LE(record.pid, fields.pid.offset);
  const user = record.kind === 'login' ? record.user : '';
  for (const [name, text] of [
    ['line', record.line],
    ['user', user],
    ['host', record.host],
  ] as const) {
    const { offset, bytes: room } = fields[name];
    bytes.set(nulTerminated('wtmp', text).subarray(0, -1).subarray(0, room), offset);
  }
  const seconds = Math.floor(record.atMs / 1000);
  const microseconds = Math.floor((record.atMs - seconds * 1000) * 1000);
  if (layout.wordBytes === 4) {
    // Unsigned, so that it lasts to 2106; readers of today take it so.
    bytes.writeUInt32LE(seconds % 2 ** 32, layout.seconds);
    bytes.writeInt32LE(microseconds, layout.seconds + 4);
  } else {
    bytes.writeBigInt64LE(BigInt(seconds), layout.seconds);
    bytes.writeBigInt64LE(BigInt(microseconds), layout.seconds + 8);
  }
  return bytes;
}

/**
 * Appends a record to a file such as /var/log/wtmp, which last(1) reads. The file is not made: an administrator who removed
 * it wants none.
 * @throws Node's ENOENT, EACCES …
 */
export function appendWtmp(path: string, record: WtmpRecord): void {
  const bytes = encodeWtmp(record);
  const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  try {
    writeSync(fd, bytes);
  } finally {
    closeSync(fd);
  }
}
