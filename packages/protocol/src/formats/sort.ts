import type { ListedEntry } from './entry.ts';
import type { ListFlags, ListedTime } from './list-options.ts';

/** The time that the options ask for. */
export function listedTimeMs(file: Pick<ListedEntry, `${ListedTime}Ms`>, time: ListedTime): number {
  return file[`${time}Ms`];
}

/** Names in the order of their bytes: the same on every machine, whatever its language. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/**
 * UTF-16 units in the order of their UTF-8 bytes: paired surrogates stand for bytes from F0, above U+FFFF.
 * A lone low surrogate stands for one byte 80 to FF and sorts among them as well as a single unit can.
 */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The entries in the order the options ask for: newest and largest first, equal ones by name. The input stays as it is. */
export function sortEntries<E extends ListedEntry>(
  entries: readonly E[],
  { sort, isReversed, time }: Pick<ListFlags, 'sort' | 'isReversed' | 'time'>,
): readonly E[] {
  if (sort === 'none') return entries;
  const direction = isReversed ? -1 : 1;
  const byName = (a: E, b: E): number => compareNames(a.name, b.name);
  const keys = {
    // Whole seconds, as ProFTPD: files that were written together stay in the order of their names.
    time: (entry: E) => Math.floor(listedTimeMs(entry, time) / 1000),
    size: (entry: E) => entry.sizeBytes,
  };
  if (sort === 'name') return entries.toSorted((a, b) => direction * byName(a, b));
  const key = keys[sort];
  return entries.toSorted((a, b) => direction * (key(b) - key(a)) || byName(a, b));
}

/** Whether the options show a name: those that start with a dot only with `-a` and `-A`, `.` and `..` only with `-a`. */
export function isShown(name: string, hidden: ListFlags['hidden']): boolean {
  if (!name.startsWith('.') || hidden === 'all') return true;
  return hidden === 'almost-all' && name !== '.' && name !== '..';
}
