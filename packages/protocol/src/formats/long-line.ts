import { nameInLine, type ListedEntry } from './entry.ts';
import { noListFlags, type ListFlags } from './list-options.ts';
import { modeString } from './mode-string.ts';
import { listedTimeMs } from './sort.ts';

export interface LineOptions {
  /** The present, in ms since the epoch: older than 180 days is shown with its year. */
  readonly nowMs: number;
  readonly flags?: ListFlags;
  /** What to add to a time to show it in local time. Default: UTC. @see ProFTPD TimesGMT */
  readonly utcOffsetMs?: (timeMs: number) => number;
  /** What the target of a symlink is, for `-F`. Absent: not known, no mark. */
  readonly targetKind?: (entry: ListedEntry) => 'directory' | 'executable' | undefined;
}

const HALF_YEAR_MS = 180 * 24 * 3600 * 1000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const units = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** One line of LIST, without its line end: `-rw-r--r--   1 owner    group          12 Nov 22 11:31 name`. */
export function formatLongLine(
  entry: ListedEntry,
  { nowMs, flags = noListFlags, utcOffsetMs = () => 0, targetKind }: LineOptions,
): string {
  const owner = flags.isNumeric ? undefined : entry.owner;
  const group = flags.isNumeric ? undefined : entry.group;
  const timeMs = listedTimeMs(entry, flags.time);
  const columns = [
    modeString(entry),
    String(entry.linkCount).padStart(3),
    nameInLine(owner ?? String(entry.uid)).padEnd(8),
    nameInLine(group ?? String(entry.gid)).padEnd(8),
    formatSize(entry.sizeBytes, flags.isHumanReadable),
    formatListedTime(timeMs + utcOffsetMs(timeMs), nowMs - timeMs > HALF_YEAR_MS),
    shownName(entry, flags, targetKind),
  ];
  return columns.join(' ');
}

/** A name with its arrow and mark, as LIST shows it. */
function shownName(entry: ListedEntry, flags: ListFlags, targetKind: LineOptions['targetKind']): string {
  const name = printable(entry.name, flags);
  if (entry.kind !== 'symlink' || entry.target === undefined) return `${name}${markOf(entry, flags)}`;
  const target = flags.isClassified ? targetKind?.(entry) : undefined;
  const mark = target === undefined ? '' : { directory: '/', executable: '*' }[target];
  return `${name} -> ${printable(entry.target, flags)}${mark}`;
}

/** A name alone with its mark, for `-1` and `-C`. */
export function formatName(entry: ListedEntry, flags: ListFlags): string {
  const mark = entry.kind === 'symlink' && flags.isClassified ? '@' : markOf(entry, flags);
  return `${printable(entry.name, flags)}${mark}`;
}

function markOf({ kind, mode }: ListedEntry, { isClassified }: ListFlags): string {
  if (!isClassified) return '';
  if (kind === 'directory') return '/';
  return kind === 'file' && (mode & 0o111) !== 0 ? '*' : '';
}

/** `-B` escapes every byte that is not printable ASCII; without it only line ends are replaced. */
function printable(name: string, { escapesUnprintable }: ListFlags): string {
  if (!escapesUnprintable) return nameInLine(name);
  return name.replace(/[\u0000-\u001f\u007f-\u{10ffff}]/gu, (character) =>
    [...utf8Bytes(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}

/** The bytes a character stands for; a lone surrogate U+DC00 + byte stands for that byte. */
function utf8Bytes(character: string): Uint8Array {
  const code = character.charCodeAt(0);
  const isByte = character.length === 1 && code >= 0xdc80 && code <= 0xdcff;
  return isByte ? Uint8Array.of(code & 0xff) : new TextEncoder().encode(character);
}

function formatSize(sizeBytes: number, isHumanReadable: boolean): string {
  if (!isHumanReadable || sizeBytes < 1000) return String(sizeBytes).padStart(8);
  let value = sizeBytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value.toFixed(1).padStart(7)}${units[unit] ?? ''}`;
}

/** `Nov 22 11:31`, or `May  6  2020` for what is old. Takes the time as if it were UTC. */
function formatListedTime(timeMs: number, isOld: boolean): string {
  const date = new Date(timeMs);
  const time = Number.isNaN(date.getTime()) ? new Date(0) : date;
  const day = String(time.getUTCDate()).padStart(2);
  const two = (value: number): string => String(value).padStart(2, '0');
  const last = isOld
    ? String(time.getUTCFullYear()).padStart(5)
    : `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
  return `${months[time.getUTCMonth()] ?? ''} ${day} ${last}`;
}
