import type { CheckedSection, Setting } from './check.ts';
import type { Position } from './config-error.ts';
import {
  directoryPattern,
  directoryTree,
  matchingDirectories,
  type DirectoryTree,
} from './directory-sections.ts';
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
  /** Where the session's `/` is in the file system of the server (chroot, DefaultRoot, the `<Anonymous>` with its `~` resolved). Default: `/`. */
  readonly rootPath?: string | undefined;
  /** Home of the session's user, for `~` in paths of sections. Absent: `homeOf` is asked. */
  readonly home?: string | undefined;
  /** Homes of users by name, for `~user` in paths of sections. Default: nobody has one. */
  readonly homeOf?: ((user: string) => string | undefined) | undefined;
  /** Sections that were read from `.ftpaccess` files, with the folder each stands in (in the server's file system). */
  readonly accessFiles?: readonly { readonly folder: string; readonly section: CheckedSection }[] | undefined;
}

/** A value and where it comes from. */
export interface Explanation<T> {
  readonly value: T | undefined;
  /** Absent: it is the row's default. */
  readonly at?: Position;
  /** The section it stands in, as `<Directory /srv>`. Absent: none. */
  readonly section?: string;
}

/**
 * The settings in force somewhere. Immutable; every answer is kept, so that asking again is a look into a map. Paths with
 * the same `<Directory>` sections share one scope.
 */
export interface Scope {
  /** The value in force, the row's default if there is none. */
  first<T>(row: DefaultedRow<T>): T;
  first<T>(row: DirectiveRow<T>): T | undefined;
  /** Every value in force, the most specific section first; for rows that repeat. Empty: not set (no default is put in). */
  all<T>(row: DirectiveRow<T>): readonly T[];
  /** The value and where it comes from. */
  explain<T>(row: DirectiveRow<T>): Explanation<T>;
  /** The `<Limit>` sections in force for a command, from the most specific section outwards. @param names - The command and the groups it is in. */
  limits(names: readonly string[]): readonly LimitSection[];
}

/** The settings of a session, and those for each path. */
export interface SessionScope extends Scope {
  readonly selector: ScopeSelector;
  /** With `<Directory>` sections and `.ftpaccess` files for a virtual path (absolute, below the session's `/`). */
  at(path: string): Scope;
  /** The `<Anonymous>` sections of the server; of two that a login fits, the later one counts. */
  anonymousSections(): readonly AnonymousSection[];
}

/** Paths of which a scope keeps the answers. */
const MAX_KEPT_PATHS = 512;

/**
 * The settings in force for a session. What counts most first: matching sections of mod_ifsession, `<Directory>`
 * sections (in an `<Anonymous>` session only those inside of it), the `<Anonymous>`, the server, `<Global>` (the last
 * one first).
 */
export function createScope(selector: ScopeSelector): SessionScope {
  const { server, anonymous } = selector;
  const rootPath = (selector.rootPath ?? '/').replace(/\/+$/u, '');
  const session = levels('session', matchingSessionSections(server, selector));
  const outer = [
    ...(anonymous ? levels('anonymous', [anonymous.section]) : []),
    ...levels('server', [server.section]),
    ...levels('global', server.globals.toReversed()),
  ];
  const paths = new Map<string, Scope>();
  const byInnermost = new Map<CheckedSection | undefined, Scope>();
  let tree: DirectoryTree | undefined;
  return {
    ...scopeOf(session, [], outer),
    selector,
    at: (path) => {
      const kept = paths.get(path);
      if (kept !== undefined) return kept;
      tree ??= treeFor(selector, session, outer);
      const full = path === '/' ? rootPath : `${rootPath}${path}`;
      const directories = matchingDirectories(tree, full === '' ? '/' : full);
      // The sections around the innermost one are the same for every path in it.
      const [innermost] = directories;
      const scope = byInnermost.get(innermost) ?? scopeOf(session, levels('directory', directories), outer);
      byInnermost.set(innermost, scope);
      if (paths.size >= MAX_KEPT_PATHS) paths.clear();
      paths.set(path, scope);
      return scope;
    },
    anonymousSections: () =>
      anonymousSectionsOf([...outer.toReversed(), ...session].map(({ section }) => section)),
  };
}

function levels(kind: Level['kind'], sections: readonly CheckedSection[]): Level[] {
  return sections.map((section) => ({ kind, section }));
}

function treeFor(selector: ScopeSelector, session: readonly Level[], outer: readonly Level[]): DirectoryTree {
  const { anonymous, accessFiles = [], user = '', home } = selector;
  const homeOf = (name: string): string | undefined =>
    name === '' || name === user ? (home ?? selector.homeOf?.(user)) : selector.homeOf?.(name);
  const relativeTo = anonymous && (selector.rootPath ?? anonymous.root);
  // A later one counts more: .ftpaccess files, <Global>, the server, sections of mod_ifsession.
  const holders = anonymous
    ? [anonymous.section]
    : [...outer.toReversed(), ...session.toReversed()].map((level) => level.section);
  const written = holders.flatMap(({ sectionsByKind }) => sectionsByKind.get('directory') ?? []);
  const patterns = [
    ...accessFiles.map(({ folder, section }) => ({ section, path: folder, isAccessFile: true })),
    ...written.map((section) =>
      directoryPattern(section, section.node.args[0] ?? '', { homeOf, relativeTo }),
    ),
  ];
  return directoryTree(patterns.filter((pattern) => pattern !== undefined));
}

function scopeOf(session: readonly Level[], directories: readonly Level[], outer: readonly Level[]): Scope {
  const inForce = [...session, ...directories, ...outer];
  const inward = [
    ...directories,
    ...outer.filter(({ kind }) => kind === 'anonymous'),
    ...session,
    ...outer.filter(({ kind }) => kind !== 'anonymous'),
  ];
  const found = new Map<string, readonly Setting[]>();
  const settingsOf = (row: DirectiveRow<unknown>): readonly Setting[] => {
    const kept = found.get(row.name);
    if (kept !== undefined) return kept;
    const settings = lookUp(inForce, row);
    found.set(row.name, settings);
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
    explain: <T>(row: DirectiveRow<T>) => explain(row, settingsOf(row)[0], inForce),
    limits: (names) => inward.flatMap(({ section }) => limitsIn(section, names)),
  };
}

function explain<T>(
  row: DirectiveRow<T>,
  setting: Setting | undefined,
  inForce: readonly Level[],
): Explanation<T> {
  if (setting === undefined) return { value: row.defaultValue };
  const { file, line, column } = setting.node;
  const holds = ({ section }: Level): boolean =>
    section.settings.get(row.name.toLowerCase())?.some(({ node }) => node === setting.node) === true;
  const holder = inForce.find(holds)?.section.node;
  const section =
    holder === undefined || holder.key === '' ? undefined : `<${[holder.name, ...holder.args].join(' ')}>`;
  return { value: setting.value as T, at: { file, line, column }, ...(section !== undefined && { section }) };
}
