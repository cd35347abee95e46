import { collectLines, parseId, walkAccountFile, type ParsedFile, type ParsedLine } from './account-file.ts';

/** A line of an AuthGroupFile: `group:hash:gid:member,member`. */
export interface GroupEntry {
  readonly group: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * Reads an AuthGroupFile as ProFTPD's mod_auth_file does: the list of members may be absent, blanks in it count.
 * A gid that is no number is a problem here, where ProFTPD reads it as 0 and gives the members root's group.
 */
export function parseGroupFile(text: string): ParsedFile<GroupEntry> {
  return collectLines(walkGroupFile(text));
}

/** The same line by line. */
export function walkGroupFile(text: string): Generator<ParsedLine<GroupEntry>> {
  return walkAccountFile(text, parseLine);
}

function parseLine(line: string, number: number): GroupEntry | string {
  const [group = '', , gidText, members = ''] = line.split(':', 4);
  if (gidText === undefined) return `Malformed entry in AuthGroupFile file (line ${number})`;
  if (gidText === '')
    return `AuthGroupFile: missing GID field for group '${group}' (line ${number}), skipping`;
  const gid = parseId(gidText);
  if (gid === undefined)
    return `AuthGroupFile: non-numeric GID field '${gidText}' for group '${group}' (line ${number})`;
  return { group, gid, members: members.split(',').filter((member) => member !== '') };
}
