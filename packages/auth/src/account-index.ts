import { dummyHash } from './crypt/password-hash.ts';
import { type FileRestrictions, isAllowedEntry } from './file-restrictions.ts';
import type { FileProblem } from './account-file.ts';
import { type GroupEntry, parseGroupFile } from './group-file.ts';
import { parseUserFile, type UserEntry } from './user-file.ts';

/** The users of one AuthUserFile, by name and number. */
export interface UserIndex {
  readonly byName: ReadonlyMap<string, UserEntry>;
  readonly nameOfId: ReadonlyMap<number, string>;
  /** Costs as much as the hashes most used in the file; matches nothing. */
  readonly dummy: string;
  readonly problems: readonly FileProblem[];
}

/** The groups of one AuthGroupFile, by name, number and member. */
export interface GroupIndex {
  readonly idOfName: ReadonlyMap<string, number>;
  readonly nameOfId: ReadonlyMap<number, string>;
  /** In the order of the file. */
  readonly ofMember: ReadonlyMap<string, readonly GroupEntry[]>;
  readonly problems: readonly FileProblem[];
}

/** Reads an AuthUserFile into an index. The first entry of a name or number counts. */
export function indexUsers(text: string, restrictions: FileRestrictions = {}): UserIndex {
  const { entries, problems } = parseUserFile(text);
  const byName = new Map<string, UserEntry>();
  const nameOfId = new Map<number, string>();
  for (const entry of entries) {
    if (!isAllowedEntry(restrictions, { id: entry.uid, name: entry.user, home: entry.home })) continue;
    if (!byName.has(entry.user)) byName.set(entry.user, entry);
    if (!nameOfId.has(entry.uid)) nameOfId.set(entry.uid, entry.user);
  }
  return { byName, nameOfId, problems, dummy: dummyHash(hashesOf(byName)) };
}

function* hashesOf(byName: ReadonlyMap<string, UserEntry>): Generator<string> {
  for (const { hash } of byName.values()) yield hash;
}

/** Reads an AuthGroupFile into an index. The first entry of a name or number counts; memberships of all entries count. */
export function indexGroups(text: string, restrictions: FileRestrictions = {}): GroupIndex {
  const { entries, problems } = parseGroupFile(text);
  const idOfName = new Map<string, number>();
  const nameOfId = new Map<number, string>();
  const ofMember = new Map<string, GroupEntry[]>();
  for (const entry of entries) {
    if (!isAllowedEntry(restrictions, { id: entry.gid, name: entry.group })) continue;
    if (!idOfName.has(entry.group)) idOfName.set(entry.group, entry.gid);
    if (!nameOfId.has(entry.gid)) nameOfId.set(entry.gid, entry.group);
    for (const member of entry.members) {
      const groups = ofMember.get(member);
      if (groups === undefined) ofMember.set(member, [entry]);
      else groups.push(entry);
    }
  }
  return { idOfName, nameOfId, ofMember, problems };
}
