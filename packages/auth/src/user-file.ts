import { collectLines, parseId, walkAccountFile, type ParsedFile, type ParsedLine } from './account-file.ts';

/** A line of an AuthUserFile: `user:hash:uid:gid:comment:home:shell`. */
export interface UserEntry {
  readonly user: string;
  readonly hash: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

const fieldCount = 7;

/**
 * Reads an AuthUserFile as ProFTPD's mod_auth_file does: of two entries for a user the first counts, fields after the
 * seventh are dropped, names keep their blanks. Entries whose ids are missing or no numbers are problems.
 */
export function parseUserFile(text: string): ParsedFile<UserEntry> {
  return collectLines(walkUserFile(text));
}

/** The same line by line, for files so big that others want a turn in between. */
export function walkUserFile(text: string): Generator<ParsedLine<UserEntry>> {
  return walkAccountFile(text, parseLine);
}

function parseLine(line: string, number: number): UserEntry | string {
  const fields = line.split(':', fieldCount);
  if (fields.length < fieldCount) {
    return `Malformed entry in AuthUserFile file (field count ${fields.length} != ${fieldCount}, line ${number})`;
  }
  const [user, hash, uidText, gidText, comment, home, shell] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (uidText === '' || gidText === '')
    return `AuthUserFile: missing UID/GID fields for user '${user}' (line ${number}), skipping`;
  const uid = parseId(uidText);
  if (uid === undefined)
    return `AuthUserFile: non-numeric UID field '${uidText}' for user '${user}' (line ${number}), skipping`;
  const gid = parseId(gidText);
  if (gid === undefined)
    return `AuthUserFile: non-numeric GID field '${gidText}' for user '${user}' (line ${number}), skipping`;
  return { user, hash, uid, gid, comment, home, shell };
}
