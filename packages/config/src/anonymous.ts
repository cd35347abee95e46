import type { CheckedSection } from './check.ts';
import { booleanOf } from './values.ts';

/** An `<Anonymous>` section with what decides whether a login is one for it. */
export interface AnonymousSection {
  readonly section: CheckedSection;
  /** Its root as written: absolute, or beginning with `~`. */
  readonly root: string;
  /** User of the section: the account that its sessions run as. Absent: the section takes no logins. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** UserAlias lines of the section. */
  readonly aliases: readonly UserAlias[];
  /** UserAlias lines of the server around it. */
  readonly serverAliases: readonly UserAlias[];
  /** AuthAliasOnly: the account's own name is not taken as a login name. */
  readonly isAliasOnly: boolean;
}

/** A login name and the account it stands for; the name `*` is every name. */
export interface UserAlias {
  readonly alias: string;
  readonly user: string;
}

/** The `<Anonymous>` sections directly in `sections`, which together are one server. */
export function anonymousSectionsOf(sections: readonly CheckedSection[]): AnonymousSection[] {
  const serverAliases = sections.flatMap(aliasesIn);
  return sections
    .flatMap(({ sectionsByKind }) => sectionsByKind.get('anonymous') ?? [])
    .map((section) => anonymousOf(section, serverAliases));
}

function anonymousOf(section: CheckedSection, serverAliases: readonly UserAlias[]): AnonymousSection {
  const last = (key: string): string | undefined => section.settings.get(key)?.at(-1)?.node.args[0];
  return {
    section,
    root: section.node.args[0] ?? '/',
    user: last('user'),
    group: last('group'),
    aliases: aliasesIn(section),
    serverAliases,
    isAliasOnly: booleanOf(last('authaliasonly') ?? 'off') === true,
  };
}

function aliasesIn({ settings }: CheckedSection): UserAlias[] {
  return (settings.get('useralias') ?? []).map(({ node: { args } }) => ({
    alias: args[0] ?? '',
    user: args[1] ?? '',
  }));
}

/**
 * The section that a login name belongs to, of several the last: one that has the name as an alias, or whose User it is,
 * or stands for by the aliases of the server; else one with the alias `*`.
 * @returns undefined: the login is not an anonymous one.
 * @see ProFTPD UserAlias, AuthAliasOnly
 */
export function anonymousFor(
  sections: readonly AnonymousSection[],
  loginName: string,
): AnonymousSection | undefined {
  const usable = sections.filter(({ user }) => user !== undefined);
  return (
    usable.findLast(({ aliases }) => aliases.some(({ alias }) => alias === loginName)) ??
    usable.findLast(({ user, isAliasOnly }) => user === loginName && !isAliasOnly) ??
    usable.findLast(
      ({ user, serverAliases }) => loginName !== user && accountOf(serverAliases, loginName) === user,
    ) ??
    usable.findLast(({ aliases }) => aliases.some(({ alias }) => alias === '*'))
  );
}

/** Aliases of aliases that are followed; a circle ends there. */
const MAX_ALIAS_STEPS = 8;

/** The account that a login name stands for: itself, if it is no alias. `*` stands for names that are no other alias. */
export function accountOf(aliases: readonly UserAlias[], loginName: string): string {
  let name = loginName;
  for (let step = 0; step < MAX_ALIAS_STEPS; step += 1) {
    const next = aliases.find(({ alias }) => alias === name);
    if (next === undefined) break;
    name = next.user;
  }
  if (name !== loginName) return name;
  return aliases.find(({ alias }) => alias === '*')?.user ?? loginName;
}
