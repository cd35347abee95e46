import type { SessionFilter, SessionRegistry } from './registry.ts';
import type { SessionView } from './session-view.ts';

interface Indexed {
  readonly remoteAddress: string;
  readonly user: string | undefined;
}

function matches(session: SessionView, filter: SessionFilter): boolean {
  return (
    (filter.serverId === undefined || session.settings.serverId === filter.serverId) &&
    (filter.remoteAddress === undefined || session.remoteAddress === filter.remoteAddress) &&
    (filter.user === undefined || session.user === filter.user) &&
    (filter.className === undefined || session.className === filter.className) &&
    (filter.isLoggedIn === undefined || session.isLoggedIn === filter.isLoggedIn) &&
    (filter.isAnonymous === undefined || session.isAnonymous === filter.isAnonymous)
  );
}

function addTo(index: Map<string, Set<SessionView>>, key: string | undefined, session: SessionView): void {
  if (key === undefined) return;
  const found = index.get(key);
  if (found) found.add(session);
  else index.set(key, new Set([session]));
}

function takeFrom(index: Map<string, Set<SessionView>>, key: string | undefined, session: SessionView): void {
  if (key === undefined) return;
  const found = index.get(key);
  if (found?.delete(session) && found.size === 0) index.delete(key);
}

/** The registry of one process. Counting by address or user looks only at the sessions of that address or user. */
export function createMemoryRegistry(): SessionRegistry {
  const sessions = new Map<SessionView, Indexed>();
  const byAddress = new Map<string, Set<SessionView>>();
  const byUser = new Map<string, Set<SessionView>>();

  const candidates = (filter: SessionFilter): Iterable<SessionView> => {
    if (filter.remoteAddress !== undefined) return byAddress.get(filter.remoteAddress) ?? [];
    if (filter.user !== undefined) return byUser.get(filter.user) ?? [];
    return sessions.keys();
  };
  const list = (filter: SessionFilter = {}): SessionView[] => {
    const found: SessionView[] = [];
    for (const session of candidates(filter)) if (matches(session, filter)) found.push(session);
    return found;
  };
  const leave = (session: SessionView): void => {
    const indexed = sessions.get(session);
    if (!indexed) return;
    sessions.delete(session);
    takeFrom(byAddress, indexed.remoteAddress, session);
    takeFrom(byUser, indexed.user, session);
  };
  const enter = (session: SessionView): void => {
    sessions.set(session, { remoteAddress: session.remoteAddress, user: session.user });
    addTo(byAddress, session.remoteAddress, session);
    addTo(byUser, session.user, session);
  };

  return {
    enter,
    leave,
    update(session) {
      if (!sessions.has(session)) return;
      leave(session);
      enter(session);
    },
    count(filter) {
      if (Object.keys(filter).length === 0) return sessions.size;
      let count = 0;
      for (const session of candidates(filter)) if (matches(session, filter)) count++;
      return count;
    },
    countHosts: (filter) => new Set(list(filter).map((session) => session.remoteAddress)).size,
    list,
    kick(filter) {
      const found = list(filter);
      for (const session of found) session.end('kicked');
      return found.length;
    },
  };
}
