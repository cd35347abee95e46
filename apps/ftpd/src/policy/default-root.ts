import { posix } from 'node:path';
import { matchesNames, type NameExpression } from '@ftpd/config';

/** Whom a directive with a group expression is for. */
export interface Member {
  readonly user: string;
  readonly home: string;
  readonly groupNames: readonly string[];
  readonly group?: string;
}

/** A folder, and whom it is for. */
export interface PathForGroups {
  readonly path: string;
  /** Absent: for all. */
  readonly groups?: NameExpression;
}

function isFor({ groups }: PathForGroups, { group, groupNames }: Member): boolean {
  return (
    groups === undefined || matchesNames(groups, group === undefined ? groupNames : [group, ...groupNames])
  );
}

/** The first of several DefaultRoot or DefaultChdir lines that is for this user. */
export function firstForMember<T extends PathForGroups>(lines: readonly T[], member: Member): T | undefined {
  return lines.find((line) => isFor(line, member));
}

/**
 * A path of the configuration, made absolute for a user: `~` is the home, `%u` the name.
 * @param homeOf - Home of another user (`~name`). Absent or undefined: the text stays.
 */
export function expandPath(
  path: string,
  member: Member,
  homeOf?: (user: string) => string | undefined,
): string {
  const named = path.replaceAll('%u', member.user);
  const [, user = '', rest = ''] = /^~([^/]*)(.*)$/s.exec(named) ?? [];
  if (!named.startsWith('~')) return normalise(named.startsWith('/') ? named : `${member.home}/${named}`);
  const home = user === '' || user === member.user ? member.home : homeOf?.(user);
  return normalise(home === undefined ? named : home + rest);
}

/** The folder a session is kept in; `/` if no line is for this user. */
export function rootFor(
  lines: readonly PathForGroups[],
  member: Member,
  homeOf?: (user: string) => string | undefined,
): string {
  const line = firstForMember(lines, member);
  return line === undefined ? '/' : expandPath(line.path, member, homeOf);
}

/** Where `path` of the disk is below `root`; `/` if it is not below it. */
export function pathBelow(root: string, path: string): string {
  if (root === '/') return path;
  if (path === root) return '/';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : '/';
}

function normalise(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
