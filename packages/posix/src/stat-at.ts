import { nulTerminated, type PosixName } from './names.ts';
import { orThrow, systemCall } from './native.ts';

const noFollow = 0x100;
const emptyPath = 0x1000;
// All of the basic fields, the birth time, the mount id (Linux 5.8).
const wanted = 0x07_ff | 0x08_00 | 0x10_00;
const hasBirthTime = 0x08_00;
const hasMountId = 0x10_00;

export interface FileStatus {
  /** Type and permission bits, as `constants.S_IFMT` of node:fs masks them. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly linkCount: number;
  readonly inode: bigint;
  /** The file system, as `dev` of Node's stat. */
  readonly device: bigint;
  /** Blocks of 512 bytes. */
  readonly blocks: number;
  /** Milliseconds since 1970, with fractions, negative before. */
  readonly accessedMs: number;
  readonly modifiedMs: number;
  /** When mode, owner, links or content changed. */
  readonly changedMs: number;
  /** When it was made. Undefined: the file system does not know. */
  readonly createdMs: number | undefined;
  /** The mount it was reached through. Undefined: the kernel does not tell. */
  readonly mountId: bigint | undefined;
}

const statx = systemCall<[number, Uint8Array, number, number, Uint8Array]>('statx', [
  'int',
  'pointer',
  'int',
  'uint',
  'pointer',
]);

// One for all calls of a thread: each is over, and read, before the next one begins.
const bytes: Buffer = Buffer.alloc(256);

/**
 * What is known of `name`; of a symlink itself, unless `followsSymlink`.
 * @param name - '' for `dirFd` itself (an O_PATH descriptor too).
 * @see statx(2)
 */
export function statAt(
  dirFd: number,
  name: PosixName,
  { followsSymlink = false }: { readonly followsSymlink?: boolean } = {},
): FileStatus {
  const flags = (name.length === 0 ? emptyPath : 0) | (followsSymlink ? 0 : noFollow);
  orThrow('statx', statx(dirFd, nulTerminated('statx', name), flags, wanted, bytes));
  const mask = bytes.readUInt32LE(0);
  return {
    mode: bytes.readUInt16LE(0x1c),
    uid: bytes.readUInt32LE(0x14),
    gid: bytes.readUInt32LE(0x18),
    sizeBytes: uint64(bytes, 0x28),
    linkCount: bytes.readUInt32LE(0x10),
    inode: bytes.readBigUInt64LE(0x20),
    device: deviceNumber(bytes.readUInt32LE(0x88), bytes.readUInt32LE(0x8c)),
    blocks: uint64(bytes, 0x30),
    accessedMs: timeMs(bytes, 0x40),
    modifiedMs: timeMs(bytes, 0x70),
    changedMs: timeMs(bytes, 0x60),
    createdMs: (mask & hasBirthTime) === 0 ? undefined : timeMs(bytes, 0x50),
    mountId: (mask & hasMountId) === 0 ? undefined : bytes.readBigUInt64LE(0x90),
  };
}

// makedev(3)
function deviceNumber(major: number, minor: number): bigint {
  const low = ((major & 0xf_ff) << 8) | (minor & 0xff);
  return (BigInt(major >>> 12) << 44n) | (BigInt(minor >>> 8) << 20n) | BigInt(low);
}

// Exact to 2^53, which no file reaches.
function uint64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset + 4) * 2 ** 32 + bytes.readUInt32LE(offset);
}

// struct statx_timestamp: signed seconds, nanoseconds.
function timeMs(bytes: Buffer, offset: number): number {
  const seconds = bytes.readInt32LE(offset + 4) * 2 ** 32 + bytes.readUInt32LE(offset);
  return seconds * 1000 + bytes.readUInt32LE(offset + 8) / 1e6;
}
