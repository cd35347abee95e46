import type { ListedEntry } from './entry.ts';
import { nameInLine } from './entry.ts';
import { noListFlags, type ListFlags } from './list-options.ts';
import { formatLongLine, formatName, type LineOptions } from './long-line.ts';
import { isShown, sortEntries } from './sort.ts';

/**
 * The lines of LIST for the entries of one directory, or for the matches of a pattern: hidden ones left out, sorted
 * and laid out as the flags say. The lines have no line ends.
 */
export function formatList(entries: readonly ListedEntry[], options: LineOptions): readonly string[] {
  const { flags = noListFlags } = options;
  const shown = sortEntries(
    entries.filter(({ name }) => isShown(name, flags.hidden)),
    flags,
  );
  const layouts = {
    long: () => shown.map((entry) => formatLongLine(entry, options)),
    single: () => shown.map((entry) => formatName(entry, flags)),
    columns: () => formatColumns(shown.map((entry) => formatName(entry, flags))),
  };
  return layouts[flags.layout ?? 'long']();
}

/** The lines between the listings of `-R`: an empty one and the directory's path as the client would write it. */
export function formatDirectoryHeading(path: string): readonly string[] {
  return ['', `${nameInLine(path)}:`];
}

/**
 * A line of NLST: the entry's name after the path the client gave, so that it can be used in the next command.
 * @param directory - As the client wrote it. Absent, `''` and `.`: the name alone, as it is with `-1`.
 */
export function formatNameLine(name: string, directory = '', flags: ListFlags = noListFlags): string {
  if (directory === '' || directory === '.' || flags.layout === 'single') return nameInLine(name);
  return nameInLine(directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`);
}

const LINE_COLUMNS = 79;
const TAB_COLUMNS = 8;

/** Names in columns, top to bottom, with tabs between them. */
function formatColumns(names: readonly string[]): readonly string[] {
  // Not spread into Math.max: the arguments of a call have no room for a big directory.
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const width = (Math.floor(longest / TAB_COLUMNS) + 1) * TAB_COLUMNS;
  const perLine = Math.max(1, Math.floor(LINE_COLUMNS / width));
  const lines = Math.ceil(names.length / perLine);
  return Array.from({ length: lines }, (_, line) => {
    const cells = Array.from({ length: perLine }, (_cell, column) => names[column * lines + line] ?? '');
    return cells
      .map((name, column) => ((cells[column + 1] ?? '') === '' ? name : name + tabsTo(width, name.length)))
      .join('');
  });
}

function tabsTo(width: number, length: number): string {
  return '\t'.repeat(Math.ceil((width - length) / TAB_COLUMNS));
}
