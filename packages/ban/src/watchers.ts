import type { Ban } from './ban.ts';
import { callListener } from './options.ts';
import type { CanonicalSubject } from './subject/subject.ts';

interface Watcher {
  readonly subjects: readonly CanonicalSubject[];
  readonly onBanned: (ban: Ban) => void;
}

/** Those who want to know when one of their subjects is banned. */
export interface Watchers {
  add(subjects: readonly CanonicalSubject[], onBanned: (ban: Ban) => void): () => void;
  /** All subjects, each once. */
  subjects(): Iterable<CanonicalSubject>;
  /** Asks for those whom a new ban of `subject` may concern, and ends the watch of those it does. */
  tell(id: string, banOf: (subjects: readonly CanonicalSubject[]) => Ban | undefined): void;
}

export function createWatchers(): Watchers {
  const byId = new Map<string, { readonly subject: CanonicalSubject; readonly watchers: Set<Watcher> }>();

  const remove = (watcher: Watcher): void => {
    for (const { id } of watcher.subjects) {
      const entry = byId.get(id);
      entry?.watchers.delete(watcher);
      if (entry?.watchers.size === 0) byId.delete(id);
    }
  };

  const concerned = (id: string): Iterable<Watcher> => {
    const own = byId.get(id)?.watchers ?? [];
    if (byId.size === 0 || !/^host[:[].*\//u.test(id)) return [...own];
    // A network: any host may be in it.
    return new Set([...byId.values()].flatMap((entry) => [...entry.watchers]));
  };

  return {
    add(subjects, onBanned) {
      const watcher: Watcher = { subjects, onBanned };
      for (const subject of subjects) {
        const entry = byId.get(subject.id) ?? { subject, watchers: new Set() };
        byId.set(subject.id, entry);
        entry.watchers.add(watcher);
      }
      return () => {
        remove(watcher);
      };
    },
    *subjects() {
      for (const { subject } of byId.values()) yield subject;
    },
    tell(id, banOf) {
      for (const watcher of concerned(id)) {
        const ban = banOf(watcher.subjects);
        if (ban === undefined) continue;
        remove(watcher);
        callListener(() => {
          watcher.onBanned(ban);
        });
      }
    },
  };
}
