import type { BanRecord } from '../record/ban-record.ts';
import { subjectOfId, type CanonicalSubject } from '../subject/subject.ts';

/** How many bans are read in one round; of more each takes its turn. */
const maxBansInRound = 20_000;

/**
 * Chooses whose records of ProFTPD are read in a round: all who are watched, for a ban that ProFTPD made; and the bans that
 * are known, which it may have overwritten or removed.
 */
export function createMendingRounds(bans: () => Iterable<BanRecord>): {
  next(watched: Iterable<CanonicalSubject>): readonly CanonicalSubject[];
} {
  let rest: Iterator<BanRecord, undefined> | undefined;
  return {
    next(watched) {
      const subjects = new Map([...watched].map((subject) => [subject.id, subject]));
      rest ??= bans()[Symbol.iterator]();
      for (let count = 0; count < maxBansInRound; count += 1) {
        const step = rest.next();
        if (step.done === true) {
          rest = undefined;
          break;
        }
        const { id } = step.value;
        const subject = subjects.has(id) ? undefined : subjectOfId(id);
        if (subject !== undefined && subject.network === undefined) subjects.set(subject.id, subject);
      }
      return [...subjects.values()];
    },
  };
}
