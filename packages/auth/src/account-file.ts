/** A line of an AuthUserFile or AuthGroupFile that gives no entry, with ProFTPD's words for it. */
export interface FileProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a line is, unless it is a comment. */
export type ParsedLine<Entry> = { readonly entry: Entry } | { readonly problem: FileProblem };

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
export function* walkAccountFile<Entry extends object>(
  text: string,
  parseLine: (line: string, number: number) => Entry | string,
): Generator<ParsedLine<Entry>> {
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
      yield typeof result === 'string' ? { problem: { line: number, text: result } } : { entry: result };
    }
    start = end + 1;
  }
}

/** The entries and problems of a walk, in their order. */
export function collectLines<Entry>(lines: Iterable<ParsedLine<Entry>>): ParsedFile<Entry> {
  const entries: Entry[] = [];
  const problems: FileProblem[] = [];
  for (const line of lines) {
    if ('entry' in line) entries.push(line.entry);
    else problems.push(line.problem);
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
