/** What every code means and what to do about it. Codes are stable and never reused. */
export const CONFIG_CODES = {
  CONFIG_UNREADABLE: 'A configuration file cannot be read: check its path and permissions.',
  CONFIG_BAD_BYTE: 'A line holds a NUL byte: remove it.',
  CONFIG_LINE_TOO_LONG:
    'A line is longer than the limit: split it with a backslash at the end of the line, or shorten it.',
  CONFIG_TOO_LARGE:
    'The configuration holds more lines than the limit: look for files that are included by mistake.',
  CONFIG_UNKNOWN_DIRECTIVE: 'No module has a directive of this name: correct the spelling.',
  CONFIG_MISSING_MODULE:
    'The directive belongs to a ProFTPD module that is not available here: remove it or put it into <IfModule>.',
  CONFIG_UNSUPPORTED_DIRECTIVE: 'ProFTPD has the directive and this server does not: remove it.',
  CONFIG_WRONG_CONTEXT: 'The directive may not stand in this section: move it.',
  CONFIG_BAD_ARGUMENTS: 'The directive has too few or too many parameters: compare with its syntax.',
  CONFIG_BAD_VALUE: 'A parameter has a value that the directive does not take: compare with its syntax.',
  CONFIG_BAD_NESTING:
    'A closing line does not belong to the section that is open: close sections in the order they were opened.',
  CONFIG_UNCLOSED_SECTION: 'A section is not closed: add its closing line.',
  CONFIG_DUPLICATE_SECTION: 'The section exists twice for the same name or path: merge the two.',
  CONFIG_INCLUDE_LOOP: 'A file includes itself, directly or through others: remove the Include.',
  CONFIG_INCLUDE_TOO_DEEP: 'Include is nested too deeply: include files more directly.',
  CONFIG_UNKNOWN_MODULE:
    'LoadModule names a module that does not exist: correct the name or remove the line.',
  CONFIG_MODULE_REFUSED:
    'LoadModule names a module that must not be loaded: change what the sentence says, or remove the line.',
  CONFIG_PROTECTION_LOST:
    'A section that protects something is skipped because its module is not available: protect it otherwise, or state IgnoreMissingModule.',
  CONFIG_CONFLICT: 'Two settings exclude each other: keep one of them.',
  CONFIG_INCLUDE_MISSING: 'Nothing was included, because the file does not exist.',
  CONFIG_MODULE_UNAVAILABLE:
    'LoadModule names a ProFTPD module that is not available here; its <IfModule> sections are skipped.',
  CONFIG_SETTING_IGNORED: 'The setting has no effect.',
} as const;

/** Stable name of a configuration problem. */
export type ConfigCode = keyof typeof CONFIG_CODES;

/** A place in a configuration file; `line` and `column` count from 1 (columns in UTF-16 units). */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One problem with its place; the shape of errors and of warnings. */
export interface ConfigProblem extends Position {
  readonly code: ConfigCode;
  /** ProFTPD's wording, with line and file, and a suggestion where one is near. */
  readonly message: string;
  /** Name of the directive or section as written; absent: the problem is not about one. */
  readonly directive?: string | undefined;
  /** What to do, or the name that was probably meant; absent: nothing better than the sentence of the code. */
  readonly hint?: string | undefined;
}

const BRAND: unique symbol = Symbol.for('@ftpd/config.ConfigError') as never;

/** A problem that keeps a configuration from being used. */
export class ConfigError extends Error implements ConfigProblem {
  override readonly name = 'ConfigError';
  readonly code: ConfigCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly directive: string | undefined;
  readonly hint: string | undefined;

  constructor(problem: ConfigProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.code = problem.code;
    this.file = problem.file;
    this.line = problem.line;
    this.column = problem.column;
    this.directive = problem.directive;
    this.hint = problem.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `value` is a ConfigError, also one of another copy of this package. */
export function isConfigError(value: unknown): value is ConfigError {
  return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** `file:line:column: severity: message`, with control characters escaped, for a terminal or a log. */
export function formatProblem(problem: ConfigProblem, severity: 'fatal' | 'warning' = 'fatal'): string {
  return escapeControls(`${problem.file}:${problem.line}:${problem.column}: ${severity}: ${problem.message}`);
}

/** `on line 3 of 'file'`, as ProFTPD ends its messages. */
export function onLine(at: Position): string {
  return `on line ${at.line} of '${at.file}'`;
}

function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/gu, (character) => {
    const code = character.charCodeAt(0);
    // Lone U+DC80–U+DCFF stand for bytes that are not valid UTF-8.
    const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  });
}
