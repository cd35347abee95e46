import { durationMs } from '@ftpd/config';

export const bannable = ['user', 'host', 'class', 'user@host'] as const;
export type Bannable = (typeof bannable)[number];

/** What stands behind `ban user` or `permit user`. */
export interface ControlWords {
  readonly names: readonly string[];
  /** `-s address#port`; the port is 21 unless it is given. */
  readonly server?: { readonly address: string; readonly port: number };
  /** `--duration`, in ms. Absent: for ever. */
  readonly durationMs?: number;
  /** `--reason`. */
  readonly reason?: string;
}

/** What is wrong, in a line for the client. */
export interface BadWords {
  readonly problem: string;
}

type Given = { -readonly [Name in keyof ControlWords]: ControlWords[Name] };

/** How options are read: a sentence says what is wrong. */
const options: Readonly<Record<string, (value: string, given: Given) => string | undefined>> = {
  '-s': (value, given) => {
    const [, address = value, port = '21'] = /^(.*?)(?:#(\d{1,5}))?$/u.exec(value) ?? [];
    given.server = { address, port: Number(port) };
    return undefined;
  },
  '--duration': (value, given) => {
    try {
      given.durationMs = durationMs(value);
    } catch {
      return `--duration: '${value}' is no duration: write seconds, or '90s', '5m', '1h', 'hh:mm:ss'`;
    }
    return given.durationMs >= 1000 && given.durationMs <= longestMs
      ? undefined
      : `--duration: '${value}' is not from 1 second to a hundred years`;
  },
  '--reason': (value, given) => {
    given.reason = value;
    return undefined;
  },
};

const longestMs = 100 * 365 * 24 * 60 * 60 * 1000;

/** Options come first, as with getopt(3); `--` ends them. */
export function readControlWords(words: readonly string[]): ControlWords | BadWords {
  const given: Given = { names: [] };
  let at = 0;
  for (; at < words.length && (words[at] ?? '').startsWith('-'); at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    const [, name = word, inline] = /^(--[a-z]+)=(.*)$/su.exec(word) ?? [];
    const read = Object.hasOwn(options, name) ? options[name] : undefined;
    if (read === undefined) return { problem: `unsupported option: '${word.replace(/^-{1,2}/u, '')}'` };
    const value = inline ?? words[(at += 1)];
    if (value === undefined)
      return { problem: `option requires an argument: '${name.replace(/^-{1,2}/u, '')}'` };
    const problem = read(value, given);
    if (problem !== undefined) return { problem };
  }
  return { ...given, names: words.slice(at) };
}
