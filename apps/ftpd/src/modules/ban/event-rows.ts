import {
  badCount,
  badValue,
  defineDirective,
  type Context,
  type DirectiveRow,
  type DirectiveSite,
} from '@ftpd/config';
import { eventNamed, type BanEventRow } from './events.ts';

const contexts: readonly Context[] = ['server config', '<Global>'];

/** A BanOnEvent line. */
export interface BanOnEventValue {
  /** Undefined: nothing raises it. */
  readonly event: BanEventRow | undefined;
  /** As many as this within the window ban; at least 1. */
  readonly limit: number;
  readonly windowMs: number;
  readonly banMs: number;
  /** What the banned one is told at later connections. Absent: BanMessage. */
  readonly message?: string;
}

/** ProFTPD keeps so many bytes of a message in its table; its records have room for more, and so has ours. */
const maxMessageLength = 500;
const maxLimit = 1_000_000;

export const banOnEvent: DirectiveRow<BanOnEventValue> = defineDirective({
  name: 'BanOnEvent',
  module: 'mod_ban.c',
  syntax: 'BanOnEvent event freq/hh:mm:ss hh:mm:ss ["message"]',
  contexts,
  repeats: 'all',
  doc: 'Bans whoever causes an event so often within the first time, for as long as the second. Each line counts by itself, two of one event as well. The message is what the banned one reads at later connections, with the variables of BanMessage.',
  parse: parseBanOnEvent,
});

function parseBanOnEvent(args: readonly string[], site: DirectiveSite): BanOnEventValue {
  const [name = '', frequency = '', duration, message, ...others] = args;
  if (duration === undefined) throw badCount('missing parameters');
  const slash = frequency.indexOf('/');
  const event = eventNamed(name);
  if (event === undefined) site.warn(`nothing raises '${name}' here: this rule never bans`);
  if (others.length > 0) site.warn('a message is one parameter, in quotes: this one is ignored');
  const words = { word: frequency, index: 1 } as const;
  if (slash < 0) throw badValue(`badly formatted freq parameter: '${frequency}'`, 1, hint);
  const limit = Number.parseInt(frequency.slice(0, slash), 10);
  if (!(limit > 0)) throw badValue('freq occurrences must be greater than 0', 1, hint);
  if (!/^\+?\d+$/u.test(frequency.slice(0, slash)))
    site.warn(`'${frequency.slice(0, slash)}' is read as ${limit}`);
  if (limit > maxLimit) throw badValue(`freq occurrences must be at most ${maxLimit}`, 1, hint);
  return {
    event,
    limit,
    windowMs: clockMs(frequency.slice(slash + 1), 'freq', words),
    banMs: clockMs(duration, 'duration', { word: duration, index: 2 }),
    ...(message === undefined || message === '' || others.length > 0
      ? {}
      : { message: message.slice(0, maxMessageLength) }),
  };
}

const hint = "write it as in 'BanOnEvent MaxLoginAttempts 3/00:10:00 01:00:00'";

/** `hh:mm:ss`, each of one or two digits; `99:99:99` is one as well. */
function clockMs(
  text: string,
  what: 'freq' | 'duration',
  { word, index }: { readonly word: string; readonly index: number },
): number {
  const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})$/u.exec(text);
  if (clock === null) throw badValue(`badly formatted ${what} parameter: '${word}'`, index, hint);
  const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  if (seconds === 0) throw badValue(`${what} parameter cannot be '00:00:00'`, index, hint);
  return seconds * 1000;
}
