/** A word of a line: its text without quotes and where it begins in the line. */
export interface Word {
  readonly text: string;
  readonly offset: number;
  readonly isQuoted: boolean;
}

/**
 * Splits a logical line into words, by ProFTPD's rules: white space separates; a word that begins with `"` runs to the
 * next `"` (or the end of the line), where a backslash takes the next character literally; elsewhere quotes and
 * backslashes are ordinary characters; a word that begins with an unquoted `#` begins a comment.
 */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at += 1;
    if (at >= line.length || line[at] === '#') return words;
    const offset = at;
    if (line[at] === '"') {
      const [text, end] = quoted(line, at + 1);
      words.push({ text, offset, isQuoted: true });
      at = end;
    } else {
      while (at < line.length && !isSpace(line.charCodeAt(at))) at += 1;
      words.push({ text: line.slice(offset, at), offset, isQuoted: false });
    }
  }
}

function quoted(line: string, from: number): [text: string, end: number] {
  let text = '';
  let copied = from;
  for (let at = from; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') return [text + line.slice(copied, at), at + 1];
    if (character === '\\' && at + 1 < line.length) {
      text += line.slice(copied, at);
      copied = at + 1;
      at += 1;
    }
  }
  return [text + line.slice(copied), line.length];
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Replacements in one word and the longest result, so that variables that hold each other come to an end. */
const MAX_REPLACEMENTS = 64;
const MAX_WORD_LENGTH = 65_536;

/**
 * Replaces `%{env:NAME}` (case-sensitive) by the variable's value, or by nothing if it is not set. A value is put in as
 * it is: it is not split into words, and references in it are replaced in turn.
 */
export function substituteEnvironment(text: string, environment: Environment): string {
  let result = text;
  for (let count = 0; count < MAX_REPLACEMENTS; count += 1) {
    const start = result.indexOf(PREFIX);
    if (start < 0) break;
    const end = result.indexOf('}', start);
    if (end < 0) break;
    const name = result.slice(start + PREFIX.length, end);
    const value = Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
    result = result.slice(0, start) + value + result.slice(end + 1);
    if (result.length > MAX_WORD_LENGTH) return result.slice(0, MAX_WORD_LENGTH);
  }
  return result;
}

const PREFIX = '%{env:';
