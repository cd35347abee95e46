/** A line of an AuthUserFile or AuthGroupFile that gives no entry, with ProFTPD's words for it. */
export interface FileProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

export interface ParsedFile<Entry> {
  readonly entries: readonly Entry[];
  readonly problems: readonly FileProblem[];
}

/** Longer lines are malformed. ProFTPD splits them after 1023 bytes and reads the rest as another entry. */
const maxLineLength = 65_536;

/**
 * Walks the lines of a file: comments (`#` in the first column) are passed over, blank and malformed lines are problems.
 * The carriage return of a file with CRLF stays part of the last field, as in ProFTPD.
 * @param parseLine - The entry, or the sentence that says what is wrong with the line.
 */
export function parseAccountFile<Entry extends object>(
  text: string,
  parseLine: (line: string, number: number) => Entry | string,
): ParsedFile<Entry> {
  const entries: Entry[] = [];
  const problems: FileProblem[] = [];
  let number = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    number += 1;
    if (text[start] !== '#') {
      const isTooLong = end - start > maxLineLength;
      const result = isTooLong
        ? `line ${number} is longer than ${maxLineLength} bytes`
        : parseLine(text.slice(start, end), number);
      if (typeof result === 'string') problems.push({ line: number, text: result });
      else entries.push(result);
    }
    start = end + 1;
  }
  return { entries, problems };
}

/**
 * A uid or gid as strtoul(3) reads it: blanks and a sign before the digits are taken, `-2` is 4294967294.
 * @returns undefined for anything else, for numbers beyond 32 bits (ProFTPD lets them wrap, and 4294967296 become root)
 * and for -1, which system calls read as "no change".
 */
export function parseId(text: string): number | undefined {
  const [, sign, digits] = /^[ \t]*([+-]?)(\d{1,20})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  const id = sign === '-' && value > 0 ? 2 ** 32 - value : value;
  return value < 2 ** 32 && id < 2 ** 32 - 1 ? id : undefined;
}
