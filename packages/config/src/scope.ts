import type { CheckedSection, Setting } from './check.ts';
import type { Position } from './config-error.ts';
import { directoryPattern, matchingDirectories, type DirectoryPattern, type PathBases } from './directory-sections.ts';
import { lookUp, type Level } from './lookup.ts';
import { anonymousSectionsOf, type AnonymousSection } from './anonymous.ts';
import { limitsIn, type LimitSection } from './limits.ts';
import type { DefaultedRow, DirectiveRow } from './row.ts';
import type { ServerSection } from './server-section.ts';
import { matchingSessionSections, type SessionFacts } from './session-sections.ts';

/** For whom settings are asked. */
export interface ScopeSelector extends SessionFacts {
  readonly server: ServerSection;
  /** The `<Anonymous>` that the session logged in to. Absent: none. */
  readonly anonymous?: AnonymousSection | undefined;
  /** Where the session's `/` is in the file system of the server (chroot, DefaultRoot, `<Anonymous>`). Default: `/`. */
  readonly rootPath?: string | undefined;
  /** Homes for `~` and `~user` in paths of sections; '' asks for the session's own user. Default: nobody has one. */
  readonly homeOf?: ((user: string) => string | undefined) | undefined;
  /** Sections that were read from `.ftpaccess` files, with the folder each stands in (in the server's file system). */
  readonly accessFiles?: readonly { readonly folder: string; readonly section: CheckedSection }[] | undefined;
}

/** The settings in force somewhere. Immutable; every answer is kept, so that asking again is a look into a map. */
export interface Scope {
  /** The value in force, the row's default if there is none. */
  first<T>(row: DefaultedRow<T>): T;
  first<T>(row: DirectiveRow<T>): T | undefined;
  /** Every value in force, the most specific section first; for rows that repeat. Empty: not set (no default is put in). */
  all<T>(row: DirectiveRow<T>): readonly T[];
  /** The value and where it was set; `at` is absent for a default. */
  explain<T>(row: DirectiveRow<T>): { readonly value: T | undefined; readonly at?: Position; readonly section?: string };
  /** The `<Limit>` sections in force for a command, from the most specific section outwards. @param names - The command and the groups it is in. */
  limits(names: readonly string[]): readonly LimitSection[];
}

/** The settings of a session, and those for each path. */
export interface SessionScope extends Scope {
  readonly selector: ScopeSelector;
  /** With `<Directory>` sections and `.ftpaccess` files for a virtual path (absolute, below the session's `/`). */
  at(path: string): Scope;
  /** The `<Anonymous>` sections of the server. */
  anonymousSections(): readonly AnonymousSection[];
}

/** Paths of which a scope keeps the answers. */
const MAX_KEPT_PATHS = 512;

/** The settings in force for a session. */
export function createScope(selector: ScopeSelector): SessionScope {
  const { server, anonymous } = selector;
  const session = matchingSessionSections(server, selector);
  const serverLevels: Level[] = [
    ...session.map((section) => level('session', [section])),
    level('server', [server.section]),
    level('global', server.globals),
  ];
  const levels = anonymous ? [level('anonymous', [anonymous.section]), ...serverLevels] : serverLevels;
  const paths = new Map<string, Scope>();
  let patterns: readonly (readonly DirectoryPattern[])[] | undefined;
  const root = selector.rootPath ?? '/';
  return {
    ...scopeOf(levels),
    selector,
    at: (path) => {
      const kept = paths.get(path);
      if (kept !== undefined) return kept;
      patterns ??= patternsOf(selector, serverLevels);
      const full = root === '/' ? path : `${root}${path}`;
      const matches = patterns.flatMap((group) => matchingDirectories(group, full));
      const scope = matches.length === 0 ? scopeOf(levels) : scopeOf([...matches.map(({ section }) => level('directory', [section])), ...levels]);
      if (paths.size >= MAX_KEPT_PATHS) paths.clear();
      paths.set(path, scope);
      return scope;
    },
    anonymousSections: () => anonymousSectionsOf(serverLevels.flatMap(({ sections }) => sections)),
  };
}

function level(kind: Level['kind'], sections: readonly CheckedSection[]): Level {
  return { kind, sections };
}

/** Directory sections in groups: those of `.ftpaccess` files, of the `<Anonymous>`, of the server. An earlier group comes first. */
function patternsOf(selector: ScopeSelector, serverLevels: readonly Level[]): readonly (readonly DirectoryPattern[])[] {
  const bases: PathBases = { homeOf: selector.homeOf ?? (() => undefined) };
  const { anonymous, accessFiles = [] } = selector;
  const own = serverLevels.toReversed().flatMap(({ sections }) => sections.flatMap(directoriesOf));
  return [
    accessFiles.map(({ folder, section }, order) => directoryPattern(section, folder, order, bases)),
    anonymous === undefined
      ? []
      : directoriesOf(anonymous.section).map((section, order) =>
          directoryPattern(section, section.node.args[0] ?? '', order, { ...bases, anonymousRoot: selector.rootPath ?? anonymous.root }),
        ),
    own.map((section, order) => directoryPattern(section, section.node.args[0] ?? '', order, bases)),
  ].map((group) => group.filter((pattern) => pattern !== undefined));
}

function directoriesOf(section: CheckedSection): CheckedSection[] {
  return section.sections.filter(({ node }) => node.key === 'directory');
}

function scopeOf(levels: readonly Level[]): Scope {
  const found = new Map<DirectiveRow<unknown>, readonly Setting[]>();
  const settingsOf = (row: DirectiveRow<unknown>): readonly Setting[] => {
    const kept = found.get(row);
    if (kept !== undefined) return kept;
    const settings = lookUp(levels, row);
    found.set(row, settings);
    return settings;
  };
  // Every value comes from the row's own parser, so it has the row's type.
  const first = <T>(row: DirectiveRow<T>): T | undefined => {
    const [setting] = settingsOf(row);
    return setting === undefined ? row.defaultValue : (setting.value as T);
  };
  return {
    first: first as Scope['first'],
    all: <T>(row: DirectiveRow<T>) => settingsOf(row).map(({ value }) => value as T),
    explain: <T>(row: DirectiveRow<T>) => {
      const [setting] = settingsOf(row);
      if (setting === undefined) return { value: row.defaultValue };
      const { file, line, column } = setting.node;
      const holder = levels.find(({ sections }) => sections.some((section) => (section.settings.get(row.name.toLowerCase()) ?? []).some(({ node }) => node === setting.node)));
      return { value: setting.value as T, at: { file, line, column }, ...(holder && { section: holder.kind }) };
    },
    limits: (names) => levels.flatMap(({ sections }) => sections.flatMap((section) => limitsIn(section, names))),
  };
}
