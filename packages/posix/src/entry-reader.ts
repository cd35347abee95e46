import { addressOf, pointerAt, textAt } from './memory.ts';

const pointerBytes = 8;

/** Reads the fields of a struct of libc by their offsets. */
export interface EntryReader {
  uint32(offset: number): number;
  /** A C long. */
  long(offset: number): number;
  /** The text that a pointer leads to; empty for none. */
  text(offset: number): Uint8Array;
  /** The texts of a list that a null ends, at most 65536. */
  texts(offset: number): Uint8Array[];
}

const maxTexts = 65_536;

/** @param texts - Where most pointers lead; a source may keep some of its texts elsewhere. */
export function createEntryReader(struct: Buffer, texts: Buffer): EntryReader {
  const base = addressOf(texts);
  const offsetOf = (address: bigint, room: number): number | undefined => {
    const offset = address - base;
    return offset >= 0n && offset <= BigInt(texts.length - room) ? Number(offset) : undefined;
  };
  const readText = (address: bigint): Uint8Array => {
    const start = offsetOf(address, 1);
    if (start === undefined) return textAt(address);
    const end = texts.indexOf(0, start);
    return Uint8Array.from(texts.subarray(start, end < 0 ? texts.length : end));
  };
  const readPointer = (address: bigint): bigint => {
    const offset = offsetOf(address, pointerBytes);
    return offset === undefined ? pointerAt(address) : texts.readBigUInt64LE(offset);
  };
  return {
    uint32: (offset) => struct.readUInt32LE(offset),
    long: (offset) => Number(struct.readBigInt64LE(offset)),
    text: (offset) => readText(struct.readBigUInt64LE(offset)),
    texts(offset) {
      const list = struct.readBigUInt64LE(offset);
      const found: Uint8Array[] = [];
      while (list !== 0n && found.length < maxTexts) {
        const address = readPointer(list + BigInt(found.length * pointerBytes));
        if (address === 0n) break;
        found.push(readText(address));
      }
      return found;
    },
  };
}
