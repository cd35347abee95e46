import { orThrow, systemCall } from './native.ts';

const getdents64 = systemCall<[number, Uint8Array, number]>('getdents64', ['int', 'pointer', 'uint']);

// struct linux_dirent64: inode and offset of 8 bytes each, the length of the record, the type, the name and a NUL.
const lengthOffset = 16;
const nameOffset = 19;
const maxRecordBytes = 280;

/**
 * The names that come next in an open folder, without `.` and `..`. The kernel remembers in the descriptor how far it was
 * read.
 * @param maxBytes - Room for records of 20 bytes and the name, at least 280.
 * @returns none at the end of the folder. Names that the room was too small for come with the next call.
 * @see getdents64(2)
 */
export function readDirectory(fd: number, maxBytes: number): readonly Uint8Array[] {
  const bytes = Buffer.allocUnsafe(Math.max(maxBytes, maxRecordBytes));
  for (;;) {
    const filled = orThrow('getdents64', getdents64(fd, bytes, bytes.length));
    const names: Uint8Array[] = [];
    for (let at = 0; at < filled;) {
      const next = at + bytes.readUInt16LE(at + lengthOffset);
      const name = bytes.subarray(at + nameOffset, bytes.indexOf(0, at + nameOffset));
      if (!isDots(name)) names.push(name);
      at = next;
    }
    // A first part with nothing but the dots is not the end.
    if (names.length > 0 || filled === 0) return names;
  }
}

function isDots(name: Uint8Array): boolean {
  const dot = 0x2e;
  return name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot));
}
