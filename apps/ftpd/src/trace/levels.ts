import { defaultChannels } from './channels.ts';

/** The levels of a channel that are told, both included. `max` 0: none. */
export interface ChannelLevels {
  readonly min: number;
  readonly max: number;
}

/** One word of a Trace line. */
export interface TraceRule {
  /** `DEFAULT` stands for several. */
  readonly channel: string;
  readonly levels: ChannelLevels;
  /** Only for sessions that the section with the line is about. */
  readonly isForSessions: boolean;
}

/** What is told, by the channel's name. */
export type TraceLevels = ReadonlyMap<string, ChannelLevels>;

/** Lays rules over levels; of two for one channel the later one counts. */
export function applyRules(rules: readonly TraceRule[], base: TraceLevels = new Map()): TraceLevels {
  const levels = new Map(base);
  for (const rule of rules)
    for (const channel of rule.channel === 'DEFAULT' ? defaultChannels : [rule.channel])
      levels.set(channel, rule.levels);
  return levels;
}

export function isTold(levels: TraceLevels, channel: string, level: number): boolean {
  const wanted = levels.get(channel);
  return wanted !== undefined && level >= wanted.min && level <= wanted.max;
}
