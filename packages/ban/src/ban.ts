import { subjectOfId, toldSubject, type Subject } from './subject/subject.ts';
import type { BanRecord } from './record/ban-record.ts';

/** A ban, as it is told. */
export interface Ban {
  readonly subject: Subject;
  /** Why, for people. */
  readonly reason: string;
  /** What the banned one is told, if anything. */
  readonly message?: string;
  /** When it was made, ms since the epoch. */
  readonly madeMs: number;
  /** When it ends, ms since the epoch. Absent: never. */
  readonly endMs?: number;
  /** Who or what made it: `rule`, `proftpd`, or an operator's name. */
  readonly by: string;
  /** The node on which it was made. */
  readonly where: string;
  /** The rule that made it. */
  readonly rule?: string;
}

const bans = new WeakMap<BanRecord, Ban>();

/** Records do not change: each is told as one object. */
export function banOfRecord(record: BanRecord): Ban {
  let ban = bans.get(record);
  if (ban === undefined) bans.set(record, (ban = toldOf(record)));
  return ban;
}

function toldOf(record: BanRecord): Ban {
  const { id, reason, message, madeMs, endMs, by, where, rule } = record;
  const subject = subjectOfId(id) ?? { type: 'key' as const, name: id };
  return {
    subject: toldSubject(subject),
    reason,
    madeMs,
    by,
    where,
    ...(message === undefined ? {} : { message }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** What happens when the cache can't be asked: `open`: nothing is counted, known bans hold. `closed`: checks refuse all
 * but the allowed. `local`: this node counts and bans by itself until the cache is back. */
export type OutagePolicy = 'open' | 'closed' | 'local';

export type CheckResult =
  /** `known`: no ban is known. `allowed`: an allow list has it. `outage`: the cache can't be asked, and none is known. */
  | { readonly outcome: 'free'; readonly basis: 'known' | 'allowed' | 'outage' }
  | { readonly outcome: 'banned'; readonly ban: Ban }
  /** The cache can't be asked, and the policy is `closed`. */
  | { readonly outcome: 'refused' };

/** How far a rule is from its limit. */
export interface RuleCount {
  readonly rule: string;
  readonly count: number;
  readonly limit: number;
  /** A dry run whose limit was reached. */
  readonly wouldBan: boolean;
}

export type ReportResult =
  /** No rule counts this event, or the subject is no valid one. */
  | { readonly outcome: 'ignored' }
  | { readonly outcome: 'allowed' }
  | { readonly outcome: 'counted'; readonly counts: readonly RuleCount[]; readonly isLocal: boolean }
  | { readonly outcome: 'banned'; readonly ban: Ban; readonly isLocal: boolean }
  /** The cache can't be asked, and the policy does not count here. */
  | { readonly outcome: 'outage' };

export type BanResult =
  /** `isLocal`: the cache can't be asked; the pool learns it when it is back. */
  | { readonly outcome: 'banned'; readonly ban: Ban; readonly isLocal: boolean }
  /** A ban that ends later is there already. */
  | { readonly outcome: 'kept'; readonly ban: Ban; readonly isLocal: boolean }
  | { readonly outcome: 'allowed' };

export type PermitResult =
  | { readonly outcome: 'permitted'; readonly lifted: Ban; readonly isLocal: boolean }
  | { readonly outcome: 'not-banned'; readonly isLocal: boolean };

/** What an audit trail wants to know. */
export type BanEvent =
  /** `origin`: made by this node, or learnt from the pool, from ProFTPD, or from the journal. */
  | {
      readonly type: 'banned';
      readonly ban: Ban;
      readonly origin: BanOrigin;
      readonly detail?: ReportDetail;
      /** The server's id in ProFTPD's record, 0 for all; with the origin `proftpd` only. */
      readonly serverId?: number;
    }
  /** A ban that was made here now has its record for ProFTPD in the cache. Those that are mended later are not told. */
  | { readonly type: 'exported'; readonly ban: Ban; readonly serverId: number }
  /** A ban has ended by itself: told within `mendMs`. */
  | { readonly type: 'expired'; readonly ban: Ban }
  | {
      readonly type: 'permitted';
      readonly subject: Subject;
      readonly by: string;
      readonly where: string;
      readonly reason: string;
      readonly madeMs: number;
      readonly origin: BanOrigin;
    }
  | {
      readonly type: 'would-ban';
      readonly subject: Subject;
      readonly count: RuleCount;
      readonly detail: ReportDetail;
    }
  | { readonly type: 'outage'; readonly error: unknown }
  | { readonly type: 'recovered' }
  /** A part of the index has reached the size of a value: the bans that end first are not shared. */
  | { readonly type: 'full'; readonly shard: number }
  | { readonly type: 'journal-failed'; readonly error: unknown };

export type BanOrigin = 'here' | 'pool' | 'proftpd' | 'journal';

/** More about what is reported. */
export interface ReportDetail {
  /** The user that was tried: compared with bait users, and told in events. */
  readonly user?: string;
  /** The address that it came from, for events. */
  readonly address?: string;
  /** Such as `ftp` or `smtp`, for events. */
  readonly protocol?: string;
}
