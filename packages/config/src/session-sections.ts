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

/** Whether a section applies, by its kind; an earlier kind counts more than a later one. */
const KINDS: Readonly<Record<string, (section: CheckedSection, facts: SessionFacts) => boolean>> = {
  ifclass: ({ expression }, { className }) =>
    expression !== undefined && matchesNames(expression, className === undefined ? [] : [className]),
  ifauthenticated: (_section, { user }) => user !== undefined,
  ifgroup: ({ expression }, { user, groups = [] }) =>
    user !== undefined && expression !== undefined && matchesNames(expression, groups),
  ifuser: ({ expression }, { user }) =>
    user !== undefined && expression !== undefined && matchesNames(expression, [user]),
};

/**
 * The sections of mod_ifsession of a server that apply to a session, the one that counts most first: by kind; of one
 * kind those of the server before those of `<Global>`, and a later one before an earlier one.
 * @see ProFTPD mod_ifsession (the order is that of 1.3.8, measured)
 */
export function matchingSessionSections(server: ServerSection, facts: SessionFacts): CheckedSection[] {
  const holders = [...server.globals, server.section];
  return Object.entries(KINDS).flatMap(([kind, applies]) =>
    holders
      .flatMap(({ sectionsByKind }) => sectionsByKind.get(kind) ?? [])
      .filter((section) => applies(section, facts))
      .toReversed(),
  );
}
