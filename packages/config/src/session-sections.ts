import type { CheckedSection } from './check.ts';
import { matchesNames } from './expression.ts';
import type { ServerSection } from './server-section.ts';

/** What is known of a session for `<IfClass>`, `<IfGroup>`, `<IfUser>` and `<IfAuthenticated>`. */
export interface SessionFacts {
  /** Name of the class of the client's address. Absent: it is in none. */
  readonly className?: string | undefined;
  /** The user that logged in. Absent: nobody did yet, and sections for users and groups do not apply. */
  readonly user?: string | undefined;
  /** Names of all groups of the user, the primary one included. Default: none. */
  readonly groups?: readonly string[] | undefined;
}

/** Which sections come over which: a later kind over an earlier one. */
const KINDS: Readonly<Record<string, (section: CheckedSection, facts: SessionFacts) => boolean>> = {
  ifclass: ({ expression }, { className }) => expression !== undefined && matchesNames(expression, className === undefined ? [] : [className]),
  ifauthenticated: (_section, { user }) => user !== undefined,
  ifgroup: ({ expression }, { user, groups = [] }) => user !== undefined && expression !== undefined && matchesNames(expression, groups),
  ifuser: ({ expression }, { user }) => user !== undefined && expression !== undefined && matchesNames(expression, [user]),
};

const RANKS = Object.keys(KINDS);

/**
 * The sections of mod_ifsession of a server (and of `<Global>`) that apply to a session, the one that counts most first.
 * @see ProFTPD mod_ifsession
 */
export function matchingSessionSections(server: ServerSection, facts: SessionFacts): CheckedSection[] {
  const matches = [...server.globals, server.section].flatMap((section) => matchingIn(section, facts));
  return matches
    .map((section, order) => ({ section, order, rank: RANKS.indexOf(section.node.key) }))
    .toSorted((a, b) => b.rank - a.rank || b.order - a.order)
    .map(({ section }) => section);
}

function matchingIn(section: CheckedSection, facts: SessionFacts): CheckedSection[] {
  return section.sections.flatMap((child) => (KINDS[child.node.key]?.(child, facts) ? [child, ...matchingIn(child, facts)] : []));
}
