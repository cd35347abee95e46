/** Which time is shown, and sorted by with `-t`. */
export type ListedTime = 'modified' | 'changed' | 'accessed';

/** The options of LIST, NLST and STAT, after ProFTPD's mod_ls. */
export interface ListFlags {
  /** `-a` shows names that start with a dot, `-A` all of them but `.` and `..`. */
  readonly hidden: 'none' | 'all' | 'almost-all';
  /** `-l`, `-1`, `-C`. Absent: as the command has it, `long` for LIST. */
  readonly layout?: 'long' | 'single' | 'columns';
  /** `-R` */
  readonly isRecursive: boolean;
  /** `-d`: shows a directory itself, not what is in it. */
  readonly showsDirectoryItself: boolean;
  /** `-t` or, without it, `-S`; `-U` for the order of the file system. */
  readonly sort: 'name' | 'time' | 'size' | 'none';
  /** `-r` */
  readonly isReversed: boolean;
  /** `-c`, `-u` */
  readonly time: ListedTime;
  /** `-F`: a mark for the kind after the name. */
  readonly isClassified: boolean;
  /** `-h`: sizes as `1.5k`. */
  readonly isHumanReadable: boolean;
  /** `-L`: describes what symlinks point to. */
  readonly followsSymlinks: boolean;
  /** `-n`: numbers for owner and group. */
  readonly isNumeric: boolean;
  /** `-B`: characters that cannot be printed as `\ooo`. */
  readonly escapesUnprintable: boolean;
}

export const noListFlags: ListFlags = {
  hidden: 'none',
  isRecursive: false,
  showsDirectoryItself: false,
  sort: 'name',
  isReversed: false,
  time: 'modified',
  isClassified: false,
  isHumanReadable: false,
  followsSymlinks: false,
  isNumeric: false,
  escapesUnprintable: false,
};

const knownLetters = '1ABCFLRSUacdhlnrtu';

/**
 * Reads options such as `-al` or `-a +R`: `-` switches letters on, `+` off, words stand apart by blanks.
 * Unknown letters, and words of another form, mean nothing.
 * @param base - Letters already on, for example `al` from ListOptions. Default: none.
 * @see ProFTPD ListOptions
 */
export function parseListOptions(text: string, base = ''): ListFlags {
  const on = new Set(base);
  for (const word of text.split(/[ \t]+/)) {
    const sign = word.charAt(0);
    for (const letter of word.slice(1)) {
      if (!knownLetters.includes(letter)) continue;
      if (sign === '-') switchOn(on, letter);
      else if (sign === '+') on.delete(letter);
    }
  }
  return flagsOf(on);
}

/** Letters of which only the last one counts. */
const alternatives = ['1Cl', 'cu'];

function switchOn(on: Set<string>, letter: string): void {
  for (const group of alternatives) {
    if (group.includes(letter)) for (const other of group) on.delete(other);
  }
  on.add(letter);
}

function flagsOf(on: ReadonlySet<string>): ListFlags {
  const layout = on.has('1') ? 'single' : on.has('C') ? 'columns' : on.has('l') ? 'long' : undefined;
  return {
    hidden: on.has('a') ? 'all' : on.has('A') ? 'almost-all' : 'none',
    ...(layout === undefined ? {} : { layout }),
    // A directory shown as itself has nothing to descend into.
    isRecursive: on.has('R') && !on.has('d'),
    showsDirectoryItself: on.has('d'),
    sort: on.has('U') ? 'none' : on.has('t') ? 'time' : on.has('S') ? 'size' : 'name',
    isReversed: on.has('r'),
    time: on.has('c') ? 'changed' : on.has('u') ? 'accessed' : 'modified',
    isClassified: on.has('F'),
    isHumanReadable: on.has('h'),
    followsSymlinks: on.has('L'),
    isNumeric: on.has('n'),
    escapesUnprintable: on.has('B'),
  };
}
