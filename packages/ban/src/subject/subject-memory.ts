import { isBanError } from '../errors.ts';
import { canonicalSubject, type CanonicalSubject, type Subject } from './subject.ts';

const maxEntries = 20_000;

/**
 * Reads subjects, and remembers what was made of them: the same clients come again.
 * @returns what was made; undefined for what is no valid subject.
 */
export function createSubjectMemory<Made>(
  make: (subject: CanonicalSubject) => Made,
): (subject: Subject) => Made | undefined {
  const byKind = new Map<string, Map<string, Made>>();
  return (subject) => {
    // Scopes are the program's own, and few.
    const kind = subject.scope === undefined ? subject.type : `${subject.type}[${subject.scope}]`;
    let byName = byKind.get(kind);
    const known = byName?.get(subject.name);
    if (known !== undefined) return known;
    try {
      const made = make(canonicalSubject(subject));
      if (byName === undefined || byName.size >= maxEntries) {
        byName = new Map<string, Made>();
        byKind.set(kind, byName);
      }
      byName.set(subject.name, made);
      return made;
    } catch (error) {
      // Clients choose names: one that is too long must not end a login in an error.
      if (isBanError(error, 'BAN_BAD_SUBJECT')) return undefined;
      throw error;
    }
  };
}
