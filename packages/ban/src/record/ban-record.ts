/**
 * What is known of one subject: whether it is banned, and how often it was permitted. Records of one subject from anywhere
 * and in any order merge to the same.
 */
export interface BanRecord {
  /** The id of a canonical subject. */
  readonly id: string;
  /** Raised by each permit; a higher one wins. 0 to 2^31. */
  readonly generation: number;
  /** A tombstone: the subject was permitted, and is in nothing of an earlier generation. */
  readonly isLifted: boolean;
  /** When it was banned or permitted, ms since the epoch. */
  readonly madeMs: number;
  /** When the ban ends, ms since the epoch. Absent: never. Of no meaning for a tombstone. */
  readonly endMs?: number;
  /** Until when the generation has to be known, because bans of earlier ones may come back; ms since the epoch, or 0. */
  readonly guardMs: number;
  /** Why, for people. */
  readonly reason: string;
  /** What the banned one is told, if anything. */
  readonly message?: string;
  /** Who or what made it, such as `rule` or an operator's name. */
  readonly by: string;
  /** The node on which it was made. */
  readonly where: string;
  /** The rule that made it. */
  readonly rule?: string;
}

/** How long a permit is remembered that lifted a ban without an end: 90 days. */
export const permanentGuardMs: number = 90 * 24 * 60 * 60 * 1000;

/** How far clocks of a pool may differ. */
const clockSlackMs = 10_000;

/** The latest time that a record can tell: the year 9999. */
export const latestMs = 253_402_300_799_000;

/** The end of a ban as a number that can be compared. */
export function endOf({ endMs = Infinity }: BanRecord): number {
  return endMs;
}

/** Whether it bans now. */
export function isInForce(record: BanRecord, nowMs: number): boolean {
  return !record.isLifted && endOf(record) > nowMs;
}

/** Until when a record has to be kept: as long as it bans, or guards its generation. */
export function keptUntilMs(record: BanRecord): number {
  return record.isLifted ? record.guardMs : Math.max(endOf(record), record.guardMs);
}

/**
 * Two records of one subject as one: the higher generation wins; within one a ban wins over the permit that began it, and
 * the later end over the earlier. The generation is guarded for as long as anything that lost could come back.
 * Commutative, associative and idempotent.
 */
export function mergeRecords(one: BanRecord, other: BanRecord): BanRecord {
  const order = compareRecords(one, other);
  const [winner, loser] = order >= 0 ? [one, other] : [other, one];
  const guardMs = Math.max(one.guardMs, other.guardMs, order === 0 ? 0 : guardOf(loser));
  return guardMs === winner.guardMs ? winner : { ...winner, guardMs };
}

/** Until when a ban that has lost may come back. */
function guardOf(loser: BanRecord): number {
  if (loser.isLifted) return 0;
  return loser.endMs ?? Math.min(loser.madeMs + permanentGuardMs, latestMs);
}

/** Whether two records say the same, guards included. */
export function isSameRecord(one: BanRecord, other: BanRecord): boolean {
  return one === other || (one.guardMs === other.guardMs && compareRecords(one, other) === 0);
}

/** Above 0 if `one` wins over `other`; 0 only if all but their guards is the same. */
function compareRecords(one: BanRecord, other: BanRecord): number {
  return (
    one.generation - other.generation ||
    Number(other.isLifted) - Number(one.isLifted) ||
    compareNumbers(endOf(one), endOf(other)) ||
    compareNumbers(one.madeMs, other.madeMs) ||
    compareTexts(restOf(one), restOf(other))
  );
}

/** Infinity - Infinity is no number. */
function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : one > other ? 1 : -1;
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one > other ? 1 : -1;
}

function restOf({ reason, message, by, where, rule }: BanRecord): string {
  return JSON.stringify([reason, message ?? null, by, where, rule ?? null]);
}

/** The permit of a subject, given all that is known of it. */
export function liftedRecord(
  known: BanRecord,
  permit: { readonly madeMs: number; readonly reason: string; readonly by: string; readonly where: string },
): BanRecord {
  const lifted = known.isLifted ? 0 : (known.endMs ?? permit.madeMs + permanentGuardMs);
  // What was banned by a clock that goes before is permitted, too.
  const madeMs = Math.max(permit.madeMs, Math.min(known.madeMs, permit.madeMs + clockSlackMs));
  return {
    id: known.id,
    generation: known.generation + 1,
    isLifted: true,
    guardMs: Math.max(known.guardMs, lifted),
    ...permit,
    madeMs,
  };
}
