import { BanError } from '../errors.ts';

/** When a subject is banned, and for how long. */
export interface BanRule {
  /** For reasons, events and the keys of counters; unique. 1 to 200 characters. Default: the events' names. */
  readonly name?: string;
  /** What is counted: one event, several, or points by event (whole, 0 to 1000; 0 is not counted). */
  readonly events: string | readonly string[] | Readonly<Record<string, number>>;
  /** So many events or points within the window ban, at least 1. */
  readonly limit: number;
  /** Milliseconds, at least 1000. */
  readonly windowMs: number;
  /**
   * `fixed`: from the first event, as in ProFTPD. `sliding`: always the last `windowMs`, to within what the events of the
   * window before are taken to be spread evenly. Default `fixed`.
   */
  readonly window?: 'fixed' | 'sliding';
  /** How long the ban is, in ms, at least 1000. Absent: for ever. */
  readonly banMs?: number;
  /** Longer bans for those who come back. Default: none. */
  readonly escalation?: Escalation;
  /** Reports with one of these users ban at once, whatever the limit. */
  readonly baitUsers?: readonly string[];
  /** What the banned one is told. At the most 500 characters. */
  readonly message?: string;
  /** Counts and tells, but bans nobody. */
  readonly isDryRun?: boolean;
}

export interface Escalation {
  /** Each ban is so many times as long as the one before, above 1. */
  readonly factor: number;
  /** The longest ban, in ms. */
  readonly maxMs: number;
  /** How long earlier bans of a subject are remembered, in ms. Default: 30 days. */
  readonly memoryMs?: number;
}

/** A rule with all its values. */
export interface CheckedRule extends BanRule {
  readonly name: string;
  readonly weights: ReadonlyMap<string, number>;
  readonly baits: ReadonlySet<string>;
}

const longestMs = 10 * 365 * 24 * 60 * 60 * 1000;

/** @throws {BanError} BAN_BAD_RULE */
export function checkRules(rules: readonly BanRule[]): readonly CheckedRule[] {
  const checked = rules.map(checkRule);
  if (new Set(checked.map(({ name }) => name)).size !== checked.length)
    throw new BanError('BAN_BAD_RULE', 'Two rules have the same name');
  return checked;
}

function checkRule(rule: BanRule): CheckedRule {
  const { events, limit, windowMs, banMs, escalation, message = '', baitUsers = [] } = rule;
  const weights = new Map(
    typeof events === 'string'
      ? [[events, 1]]
      : Array.isArray(events)
        ? (events as readonly string[]).map((event) => [event, 1] as const)
        : Object.entries(events as Readonly<Record<string, number>>),
  );
  const name = rule.name ?? [...weights.keys()].join('+');
  const bad = (sentence: string): BanError => new BanError('BAN_BAD_RULE', `Rule '${name}': ${sentence}`);
  if (name === '' || name.length > 200) throw bad('a name has 1 to 200 characters');
  if (weights.size === 0) throw bad('it needs an event');
  for (const points of weights.values())
    if (!isWhole(points, 0, 1000)) throw bad('points are whole numbers from 0 to 1000');
  if (!isWhole(limit, 1, 1_000_000)) throw bad('the limit is a whole number from 1 to 1,000,000');
  if (!isWhole(windowMs, 1000, longestMs)) throw bad('windowMs is from 1000 to ten years');
  if (banMs !== undefined && !isWhole(banMs, 1000, longestMs)) throw bad('banMs is from 1000 to ten years');
  if (message.length > 500) throw bad('a message has at the most 500 characters');
  if (escalation !== undefined) {
    if (banMs === undefined) throw bad('a ban for ever can not get longer');
    const { factor, maxMs, memoryMs = 1000 } = escalation;
    if (!(factor > 1 && isWhole(maxMs, banMs, longestMs) && isWhole(memoryMs, 1000, longestMs)))
      throw bad('escalation has a factor above 1, a maxMs of at least banMs, a memoryMs of at least 1000');
  }
  return { ...rule, name, weights, baits: new Set(baitUsers) };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/**
 * The length of a ban in ms; undefined: for ever.
 * @param earlier - How many bans of the subject by this rule are remembered.
 */
export function banLengthMs({ banMs, escalation }: BanRule, earlier: number): number | undefined {
  if (banMs === undefined || escalation === undefined) return banMs;
  return Math.min(Math.round(banMs * escalation.factor ** earlier), escalation.maxMs);
}
