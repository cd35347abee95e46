import { AuthError } from './errors.ts';
import { parseId } from './account-file.ts';

/** A regular expression of proftpd.conf; a leading `!` turns it round. */
export interface NamePattern {
  readonly expression: RegExp;
  readonly isNegated: boolean;
}

/** Which entries of a file count: the words behind the path of AuthUserFile and AuthGroupFile. */
export interface FileRestrictions {
  /** Smallest and largest uid (AuthUserFile) or gid (AuthGroupFile). Absent: all. */
  readonly ids?: { readonly min: number; readonly max: number };
  readonly name?: NamePattern;
  /** AuthUserFile only. */
  readonly home?: NamePattern;
}

/**
 * Reads `id MIN-MAX`, `name REGEX`, `home REGEX` in any order.
 * @param words - What stands behind the path.
 * @throws {AuthError} AUTH_RESTRICTION_INVALID with ProFTPD's words, without the directive's name.
 */
export function parseFileRestrictions(kind: 'user' | 'group', words: readonly string[]): FileRestrictions {
  let restrictions: FileRestrictions = {};
  for (let at = 0; at < words.length; at += 2) {
    const keyword = words[at] ?? '';
    const parse = restrictionParsers[keyword.toLowerCase()];
    if (parse === undefined || (kind === 'group' && parse.isForUsersOnly))
      throw invalid(`unknown restriction '${keyword}'`);
    const value = words[at + 1];
    if (value === undefined) throw invalid(`missing parameter for restriction '${keyword}'`);
    restrictions = { ...restrictions, ...parse.read(value) };
  }
  return restrictions;
}

interface RestrictionParser {
  readonly isForUsersOnly: boolean;
  readonly read: (value: string) => FileRestrictions;
}

const restrictionParsers: Readonly<Record<string, RestrictionParser | undefined>> = {
  id: { isForUsersOnly: false, read: (value) => ({ ids: parseIdRange(value) }) },
  name: { isForUsersOnly: false, read: (value) => ({ name: parseNamePattern(value) }) },
  home: { isForUsersOnly: true, read: (value) => ({ home: parseNamePattern(value) }) },
};

function parseIdRange(text: string): { min: number; max: number } {
  const [minText, maxText, ...rest] = text.split('-');
  if (minText === undefined || maxText === undefined || rest.length > 0)
    throw invalid('badly formatted ID restriction parameter');
  const min = parseId(minText);
  if (min === undefined) throw invalid('badly formatted minimum ID');
  const max = parseId(maxText);
  if (max === undefined) throw invalid('badly formatted maximum ID');
  if (min > max) throw invalid('minimum cannot be larger than maximum');
  return { min, max };
}

function parseNamePattern(text: string): NamePattern {
  const isNegated = text.startsWith('!');
  const source = isNegated ? text.slice(1) : text;
  try {
    return { expression: new RegExp(source), isNegated };
  } catch (error) {
    throw invalid(
      `'${source}' failed regex compilation: ${error instanceof Error ? error.message : 'malformed'}`,
    );
  }
}

/** Whether an entry counts. */
export function isAllowedEntry(
  { ids, name, home }: FileRestrictions,
  entry: { readonly id: number; readonly name: string; readonly home?: string },
): boolean {
  if (ids !== undefined && (entry.id < ids.min || entry.id > ids.max)) return false;
  return isAllowedName(name, entry.name) && isAllowedName(home, entry.home ?? '');
}

function isAllowedName(pattern: NamePattern | undefined, text: string): boolean {
  return pattern === undefined || pattern.expression.test(text) !== pattern.isNegated;
}

function invalid(text: string): AuthError {
  return new AuthError('AUTH_RESTRICTION_INVALID', text);
}
