import type { SessionView } from './session-view.ts';

/** What sessions are counted by. Absent fields match all. */
export interface SessionFilter {
  readonly serverId?: number;
  readonly remoteAddress?: string;
  readonly user?: string;
  readonly className?: string;
  readonly isLoggedIn?: boolean;
  readonly isAnonymous?: boolean;
}

/**
 * Who is on. Limits, who-lists and kicks ask here; in memory for one process, later held by the parent of several.
 */
export interface SessionRegistry {
  enter(session: SessionView): void;
  /** After the user, class, server or login of a session changed. */
  update(session: SessionView): void;
  leave(session: SessionView): void;
  count(filter: SessionFilter): number;
  /** Different addresses from which a user is logged in. */
  countHosts(filter: SessionFilter): number;
  list(filter?: SessionFilter): readonly SessionView[];
  /** Ends all that match. @returns how many. */
  kick(filter: SessionFilter): number;
}
