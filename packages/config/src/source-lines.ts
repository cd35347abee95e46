import type { Position } from './config-error.ts';

/** Longest logical line (after joining continuations) that is read, in UTF-16 units. ProFTPD's own limit is smaller. */
export const MAX_LINE_LENGTH = 65_536;

/** One logical line: physical lines that end in a backslash are joined with the next, without the backslash. */
export interface SourceLine {
  readonly text: string;
  /** Number of the physical line on which it begins, from 1. */
  readonly line: number;
  /** The place of `text[offset]`. */
  at(offset: number): Position;
}

/**
 * Splits a file into logical lines. Lines end at LF or CR LF. A comment is continued by a backslash too, as ProFTPD
 * does it. Linear in the length of `text`.
 * @param text - The file, decoded.
 * @param file - Its name for positions.
 */
export function* sourceLines(text: string, file: string): Generator<SourceLine> {
  let start = 0;
  let line = 1;
  while (start < text.length) {
    const pieces: Piece[] = [];
    const firstLine = line;
    let joined = '';
    for (;;) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      const isContinued = end > start && text.charCodeAt(end - 1) === BACKSLASH;
      pieces.push({ offset: joined.length, line });
      // A CR before the LF is part of the line's end; before it a backslash continues nothing.
      const losesLast = isContinued || (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN);
      joined += text.slice(start, losesLast ? end - 1 : end);
      start = end + 1;
      line += 1;
      if (!isContinued || start > text.length) break;
    }
    yield { text: joined, line: firstLine, at: (offset) => positionIn(pieces, offset, file) };
  }
}

const BACKSLASH = 0x5c;
const CARRIAGE_RETURN = 0x0d;

interface Piece {
  readonly offset: number;
  readonly line: number;
}

function positionIn(pieces: readonly Piece[], offset: number, file: string): Position {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return { file, line: piece?.line ?? 1, column: offset - (piece?.offset ?? 0) + 1 };
}
