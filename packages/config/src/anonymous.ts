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
  /** UserAlias lines of the section: login name and account. */
  readonly aliases: readonly { readonly alias: string; readonly user: string }[];
  /** AuthAliasOnly: the account's own name is not taken as a login name. */
  readonly isAliasOnly: boolean;
}

/** The `<Anonymous>` sections directly in `sections`. */
export function anonymousSectionsOf(sections: readonly CheckedSection[]): AnonymousSection[] {
  return sections
    .flatMap(({ sections: children }) => children.filter(({ node }) => node.key === 'anonymous'))
    .map(anonymousOf);
}

function anonymousOf(section: CheckedSection): AnonymousSection {
  const argsOf = (key: string): readonly (readonly string[])[] =>
    (section.settings.get(key) ?? []).map(({ node }) => node.args);
  return {
    section,
    root: section.node.args[0] ?? '/',
    user: argsOf('user').at(-1)?.[0],
    group: argsOf('group').at(-1)?.[0],
    aliases: argsOf('useralias').map(([alias = '', user = '']) => ({ alias, user })),
    isAliasOnly: booleanOf(argsOf('authaliasonly').at(-1)?.[0] ?? 'off') === true,
  };
}

/**
 * The section that a login name belongs to, with the account it stands for: one that has the name as an alias (`*` is
 * every name) for its own User, else one whose User it is.
 */
export function anonymousFor(
  sections: readonly AnonymousSection[],
  loginName: string,
): AnonymousSection | undefined {
  const usable = sections.filter(({ user }) => user !== undefined);
  const byAlias = (name: string): AnonymousSection | undefined =>
    usable.find(({ aliases, user }) =>
      aliases.some(({ alias, user: target }) => alias === name && target === user),
    );
  return (
    byAlias(loginName) ??
    usable.find(({ user, isAliasOnly }) => user === loginName && !isAliasOnly) ??
    byAlias('*')
  );
}
