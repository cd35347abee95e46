import { badValue } from './row.ts';

/**
 * A regular expression in ProFTPD's dialect (PCRE or POSIX extended) as one of JavaScript. Named sets such as
 * `[[:alpha:]]` are translated. Throws what `badValue` makes if it can't be compiled.
 * @param pattern - As in the file.
 * @param ignoreCase - Default: case counts.
 */
export function regularExpression(pattern: string, ignoreCase: boolean = false): RegExp {
  const flags = ignoreCase ? 'i' : '';
  const [source, caseFlag] = pattern.startsWith('(?i)') ? [pattern.slice(4), 'i'] : [pattern, flags];
  try {
    return new RegExp(
      source.replace(/\[:(\w+):\]/gu, (whole, name: string) => POSIX_SETS[name] ?? whole),
      caseFlag,
    );
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /u, '') : String(error);
    throw badValue(`'${pattern}' failed regex compilation: ${reason}`);
  }
}

const POSIX_SETS: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  word: '\\w',
};
