import { absolutePath, badCount, badValue, defineDirective, exactlyOne, SERVER_CONTEXTS } from '@ftpd/config';
import type { ChannelLevels, TraceRule } from './levels.ts';
import type { TraceFormat } from './trace-line.ts';

const module = 'mod_core.c';

/** Beyond every level that anybody uses; a longer number means as much. */
const MAX_LEVEL = 1_000_000;

function levelsOf(text: string, channel: string, argument: number): ChannelLevels {
  const [, first = '', last] = /^\+?(\d{1,20})(?:-\+?(\d{1,20}))?$/u.exec(text) ?? [];
  const level = (digits: string): number => Math.min(Number(digits), MAX_LEVEL);
  const levels = last === undefined ? { min: 1, max: level(first) } : { min: level(first), max: level(last) };
  if (first === '' || (last !== undefined && levels.min > levels.max))
    throw badValue(
      `error parsing level "${text}" for channel '${channel}': Invalid argument`,
      argument,
      "write 'channel:10', or 'channel:7-10' for some levels only",
    );
  return levels;
}

function ruleOf(word: string, argument: number, isForSessions: boolean): TraceRule {
  const colon = word.indexOf(':');
  if (colon < 0)
    throw badValue(
      `badly formatted parameter: '${word}'`,
      argument,
      "write a channel and a level: 'auth:10'",
    );
  const channel = word.slice(0, colon);
  return { channel, isForSessions, levels: levelsOf(word.slice(colon + 1), channel, argument) };
}

export const traceRow = defineDirective({
  name: 'Trace',
  module,
  syntax: 'Trace [session] channel:level|channel:level-level ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  doc: 'What TraceLog tells: the levels of each channel; DEFAULT stands for those of ProFTPD’s core. Of two words for one channel the later counts. With `session`, and in <VirtualHost>, <IfUser> and the like, only for those sessions.',
  parse: (args): readonly TraceRule[] => {
    const isForSessions = args[0]?.toLowerCase() === 'session';
    const start = isForSessions ? 1 : 0;
    if (args.length <= start) throw badCount();
    return args.slice(start).map((word, index) => ruleOf(word, index + start, isForSessions));
  },
  merge: (earlier, later) => [...earlier, ...later],
});

export const traceLogRow = defineDirective({
  name: 'TraceLog',
  module,
  syntax: 'TraceLog path',
  contexts: ['server config', '<Global>'],
  repeats: 'last-wins',
  doc: 'The file that gets the messages which Trace chooses.',
  parse: exactlyOne(absolutePath),
});

const optionNames: Readonly<Record<string, keyof TraceFormat>> = {
  connips: 'showsAddresses',
  timestamp: 'showsTime',
  timestampmillis: 'showsMilliseconds',
};

export const traceOptionsRow = defineDirective({
  name: 'TraceOptions',
  module,
  syntax: 'TraceOptions +|-ConnIPs|Timestamp|TimestampMillis ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  defaultValue: {} as Partial<TraceFormat>,
  doc: 'What stands in a line of TraceLog. Until it is changed: +Timestamp +TimestampMillis -ConnIPs.',
  parse: (args) => {
    if (args.length === 0) throw badCount();
    const options: { -readonly [Key in keyof TraceFormat]?: boolean } = {};
    for (const [index, word] of args.entries()) {
      if (!/^[+-]/u.test(word))
        throw badValue(`bad TraceOption: '${word}'`, index, `write '+${word}' or '-${word}'`);
      const name = optionNames[word.slice(1).toLowerCase()];
      if (name === undefined)
        throw badValue(
          `unknown TraceOption: '${word.slice(1)}'`,
          index,
          'known: ConnIPs, Timestamp, TimestampMillis',
        );
      options[name] = word.startsWith('+');
    }
    return options;
  },
  merge: (earlier, later) => ({ ...earlier, ...later }),
});

export const traceRows = [traceRow, traceLogRow, traceOptionsRow];
