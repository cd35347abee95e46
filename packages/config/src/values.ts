import { badValue } from './row.ts';

/** Turns one parameter into a value; throws what `badValue` makes. */
export type ValueParser<T> = (text: string) => T;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  1: true,
  off: false,
  no: false,
  false: false,
  0: false,
};

/** The Boolean that a word means (`on`, `yes`, `true`, `1` and their opposites, in any case); undefined: none. */
export function booleanOf(text: string): boolean | undefined {
  const key = text.toLowerCase();
  return Object.hasOwn(BOOLEANS, key) ? BOOLEANS[key] : undefined;
}

/** `on`, `off`, `yes`, `no`, `true`, `false`, `1`, `0`, in any case. */
export const boolean: ValueParser<boolean> = (text) => {
  const value = booleanOf(text);
  if (value === undefined) throw badValue('expected Boolean parameter', undefined, "write 'on' or 'off'");
  return value;
};

/** Any text, as it is. */
export const text: ValueParser<string> = (value) => value;

/** A decimal integer from `least` to `most`, both included; anything around the digits is an error. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): ValueParser<number> {
  const sentence =
    most === Number.MAX_SAFE_INTEGER
      ? `must be a number of at least ${least}`
      : `value must be between ${least} and ${most}`;
  return (value) => {
    const number = /^[+-]?\d{1,20}$/u.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number) || number < least || number > most)
      throw badValue(`${sentence}, not '${value}'`);
    return number;
  };
}

/** `none` (in any case), as undefined, or what `parser` takes. */
export function noneOr<T>(parser: ValueParser<T>): ValueParser<T | undefined> {
  return (value) => (value.toLowerCase() === 'none' ? undefined : parser(value));
}

/** A limit as the Max… directives have it: `none`, as undefined, or a number of at least 1. */
export const limit: ValueParser<number | undefined> = (value) => {
  if (value.toLowerCase() === 'none') return undefined;
  const number = /^\+?\d{1,20}$/u.test(value) ? Number(value) : 0;
  if (number < 1) throw badValue("parameter must be 'none' or a number greater than 0");
  return Math.min(number, Number.MAX_SAFE_INTEGER);
};

const SECONDS: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
};

/** A time of ProFTPD: seconds, with a unit (`90`, `90s`, `5m`, `5min`, `1h`, `2hours`) or `hh:mm:ss`; in milliseconds. */
export const durationMs: ValueParser<number> = (value) => {
  const clock = /^(\d{1,4}):(\d{1,2}):(\d{1,2})$/u.exec(value);
  if (clock) return (Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000;
  const match = /^\+?(\d{1,10}) ?([a-z]*)$/u.exec(value.trim().toLowerCase());
  const unit = match === null ? undefined : SECONDS[match[2] ?? ''];
  if (match === null || unit === undefined) {
    throw badValue(
      `error parsing timeout value '${value}': Invalid argument`,
      undefined,
      "write seconds, or '90s', '5m', '1h', 'hh:mm:ss'",
    );
  }
  return Number(match[1]) * unit * 1000;
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
};

/** A size such as `512`, `10 Kb`, `2GB` (units of 1024), in bytes. */
export const sizeBytes: ValueParser<number> = (value) => {
  const match = /^(\d{1,15})\s*([a-z]{0,2})$/u.exec(value.trim().toLowerCase());
  const unit = match === null ? undefined : UNITS[match[2] ?? ''];
  const bytes = typeof unit === 'number' ? Number(match?.[1]) * unit : Number.NaN;
  if (!Number.isSafeInteger(bytes))
    throw badValue(
      `unable to parse: ${value}: Invalid argument`,
      undefined,
      "write a number with 'B', 'Kb', 'Mb', 'Gb' or 'Tb'",
    );
  return bytes;
};

/** A path that begins with `/`. */
export const absolutePath: ValueParser<string> = (value) => {
  if (!value.startsWith('/')) throw badValue('must be an absolute path', undefined, `'${value}' is relative`);
  return value;
};

/** A path that begins with `/` or `~`. */
export const homePath: ValueParser<string> = (value) => {
  if (!value.startsWith('/') && !value.startsWith('~')) throw badValue(`'${value}' is not an absolute path`);
  return value;
};

/** Permission bits in octal digits, at most `0777` (a umask) or as `most` says. */
export function octalMode(what: string = 'umask', most: number = 0o7777): ValueParser<number> {
  return (value) => {
    const mode = /^0*[0-7]{1,5}$/u.test(value) ? Number.parseInt(value, 8) : Number.NaN;
    if (Number.isNaN(mode) || mode > most) throw badValue(`'${value}' is not a valid ${what}`);
    return mode;
  };
}

/** One of `words` (in any case), as spelled there. */
export function oneOf<const W extends string>(...words: readonly W[]): ValueParser<W> {
  return (value) => {
    const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
    if (found === undefined)
      throw badValue(`must be one of ${words.map((word) => `'${word}'`).join(', ')}, not '${value}'`);
    return found;
  };
}

/** A TCP port, 0 to 65535. */
export const port: ValueParser<number> = integer(0, 65_535);

/** What the first of the parsers takes that takes anything. */
export function either<A, B>(first: ValueParser<A>, second: ValueParser<B>): ValueParser<A | B> {
  return (value) => {
    try {
      return first(value);
    } catch {
      return second(value);
    }
  };
}
