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
  let rest: Iterator<BanRecord> | undefined;
  return {
    next(watched) {
      const subjects = new Map([...watched].map((subject) => [subject.id, subject]));
      rest ??= bans()[Symbol.iterator]();
      for (let count = 0; count < maxBansInRound; count += 1) {
        const { value, done } = rest.next();
        if (done === true) {
          rest = undefined;
          break;
        }
        const subject = subjects.has(value.id) ? undefined : subjectOfId(value.id);
        if (subject !== undefined && subject.network === undefined) subjects.set(subject.id, subject);
      }
      return [...subjects.values()];
    },
  };
}
