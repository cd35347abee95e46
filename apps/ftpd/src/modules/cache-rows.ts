import {
  absolutePath,
  badValue,
  boolean,
  defineDirective,
  noneOr,
  one,
  SERVER_CONTEXTS,
  type DirectiveRow,
  type DirectiveSite,
} from '@ftpd/config';

/** An engine that may be neither on nor off. */
export function switchedRow(name: string, module: string, doc: string): DirectiveRow<boolean> {
  return defineDirective({
    name,
    module,
    syntax: `${name} on|off`,
    contexts: SERVER_CONTEXTS,
    repeats: 'first-wins',
    doc,
    parse: one(boolean),
  });
}

/** A log of a module; undefined: none. */
export function logRow(name: string, module: string): DirectiveRow<string | undefined> {
  return defineDirective({
    name,
    module,
    syntax: `${name} path|none`,
    contexts: SERVER_CONTEXTS,
    repeats: 'first-wins',
    doc: 'The file that is told when servers come and go. Without it SystemLog is.',
    parse: one(noneOr(absolutePath)),
  });
}

const MAX_MS = 2 ** 31 - 1;
const DEFAULT_MS = 500;

/** A number of milliseconds; one that makes no sense is warned about, because ProFTPD takes it. */
export function millisecondsAt(
  args: readonly string[],
  index: number,
  what: string,
  site: DirectiveSite,
): number {
  const word = args[index] ?? '';
  if (!/^[+-]?\d{1,20}$/u.test(word))
    throw badValue(`badly formatted ${what}: ${word}`, index, 'write a number of milliseconds');
  const ms = Number(word);
  if (ms >= 1) return Math.min(ms, MAX_MS);
  site.warn(`${word} is no time to wait: ${DEFAULT_MS} ms are used`);
  return DEFAULT_MS;
}
