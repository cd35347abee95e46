import type { AllowList } from './allow-list.ts';
import { banOfRecord, type CheckResult } from './ban.ts';
import type { BanReplica } from './pool/replica.ts';
import { endOf } from './record/ban-record.ts';
import { withEverywhere, type CanonicalSubject, type Subject } from './subject/subject.ts';
import { createSubjectMemory } from './subject/subject-memory.ts';

/** What is known of a subject, until any ban changes: the same clients come again. */
export interface Standing {
  readonly subject: CanonicalSubject;
  /** The subject, and what it is without its scope. */
  readonly subjects: readonly CanonicalSubject[];
  /** Whether the allow list has the subject. */
  readonly isAllowed: boolean;
  readonly areAllAllowed: boolean;
  revision: number;
  /** The ban, and until when it holds. */
  banned: { readonly endMs: number; readonly result: BannedResult } | undefined;
}

type BannedResult = Extract<CheckResult, { readonly outcome: 'banned' }>;

export interface Standings {
  /** Undefined: not a valid subject. */
  of(subject: Subject): Standing | undefined;
  /** The ban of one that is not allowed, if one is in force. */
  bannedAt(standing: Standing, nowMs: number): BannedResult | undefined;
}

export function createStandings(replica: BanReplica, allows: AllowList): Standings {
  const bringUpToDate = (standing: Standing, nowMs: number): void => {
    standing.revision = replica.revision;
    standing.banned = undefined;
    for (const subject of standing.subjects) {
      const record = allows(subject) ? undefined : replica.find(subject, nowMs);
      if (record === undefined) continue;
      standing.banned = { endMs: endOf(record), result: { outcome: 'banned', ban: banOfRecord(record) } };
      return;
    }
  };

  return {
    of: createSubjectMemory((subject) => {
      const subjects = withEverywhere(subject);
      return {
        subject,
        subjects,
        isAllowed: allows(subject),
        areAllAllowed: subjects.every(allows),
        revision: -1,
        banned: undefined,
      };
    }),
    bannedAt(standing, nowMs) {
      if (standing.revision !== replica.revision) bringUpToDate(standing, nowMs);
      // After the ban that was known another may hold.
      else if (standing.banned !== undefined && standing.banned.endMs <= nowMs)
        bringUpToDate(standing, nowMs);
      return standing.banned?.result;
    },
  };
}
