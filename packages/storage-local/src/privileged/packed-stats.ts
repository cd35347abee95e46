import { constants, type Stats } from 'node:fs';
import type { FileKind, FileStat } from '@ftpd/storage';
import type { OwnerNames } from '../local-stat.ts';
import { packedLength, type PackedStats } from './worker-protocol.ts';

/** Writes what is told of an object into `numbers`, from `offset` on. */
export function packStats(stats: Stats, numbers: Float64Array | number[], offset = 0): void {
  numbers[offset] = stats.mode;
  numbers[offset + 1] = stats.size;
  numbers[offset + 2] = stats.mtimeMs;
  numbers[offset + 3] = stats.ctimeMs;
  numbers[offset + 4] = stats.atimeMs;
  numbers[offset + 5] = stats.birthtimeMs;
  numbers[offset + 6] = stats.uid;
  numbers[offset + 7] = stats.gid;
  numbers[offset + 8] = stats.nlink;
  numbers[offset + 9] = stats.dev;
  numbers[offset + 10] = stats.ino;
}

/** The numbers of one object. */
export function packed(stats: Stats): PackedStats {
  const numbers: number[] = [];
  packStats(stats, numbers);
  return numbers;
}

const kinds: Readonly<Record<number, FileKind>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'directory',
  [constants.S_IFLNK]: 'symlink',
};

/** The same again as the port has it. */
export function unpackStats(numbers: PackedStats, names: OwnerNames, offset = 0, target?: string): FileStat {
  const at = (index: number): number => numbers[offset + index] ?? 0;
  const mode = at(0);
  const owner = names.userName(at(6));
  const group = names.groupName(at(7));
  // Not in one literal: with spreads that depend on something it would take three times as long, for every entry of a listing.
  const stat: { -readonly [name in keyof FileStat]: FileStat[name] } = {
    kind: kinds[mode & constants.S_IFMT] ?? 'other',
    mode: mode & 0o7777,
    sizeBytes: at(1),
    modifiedMs: at(2),
    changedMs: at(3),
    accessedMs: at(4),
    uid: at(6),
    gid: at(7),
    linkCount: at(8),
    device: at(9),
    inode: at(10),
  };
  if (at(5) > 0) stat.createdMs = at(5);
  if (owner !== undefined) stat.owner = owner;
  if (group !== undefined) stat.group = group;
  if (target !== undefined) stat.target = target;
  return stat;
}

/** Whether there was nothing at this place of a listing. */
export function isGone(numbers: PackedStats, index: number): boolean {
  return numbers[index * packedLength] === 0;
}
