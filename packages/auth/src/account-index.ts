import { setImmediate as turn } from 'node:timers/promises';
import { dummyHash, type OtherHashKind } from './crypt/password-hash.ts';
import { type FileRestrictions, isAllowedEntry } from './file-restrictions.ts';
import type { FileProblem, ParsedLine } from './account-file.ts';
import { type GroupEntry, walkGroupFile } from './group-file.ts';
import { type UserEntry, walkUserFile } from './user-file.ts';

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
export async function indexUsers(
  text: string,
  restrictions: FileRestrictions = {},
  otherKind?: OtherHashKind,
): Promise<UserIndex> {
  const byName = new Map<string, UserEntry>();
  const nameOfId = new Map<number, string>();
  const problems = await forEachEntry(walkUserFile(text), (entry) => {
    if (!isAllowedEntry(restrictions, { id: entry.uid, name: entry.user, home: entry.home })) return;
    if (!byName.has(entry.user)) byName.set(entry.user, entry);
    if (!nameOfId.has(entry.uid)) nameOfId.set(entry.uid, entry.user);
  });
  return { byName, nameOfId, problems, dummy: dummyHash(hashesOf(byName), otherKind) };
}

const dummySampleSize = 500;

/** Of a big file a sample, spread over all of it: what is most used shows in it as well. */
function* hashesOf(byName: ReadonlyMap<string, UserEntry>): Generator<string> {
  const step = Math.ceil(byName.size / dummySampleSize);
  let at = 0;
  for (const { hash } of byName.values()) {
    if (at % step === 0) yield hash;
    at += 1;
  }
}

/** Reads an AuthGroupFile into an index. The first entry of a name or number counts; memberships of all entries count. */
export async function indexGroups(text: string, restrictions: FileRestrictions = {}): Promise<GroupIndex> {
  const idOfName = new Map<string, number>();
  const nameOfId = new Map<number, string>();
  const ofMember = new Map<string, GroupEntry[]>();
  const problems = await forEachEntry(walkGroupFile(text), (entry) => {
    if (!isAllowedEntry(restrictions, { id: entry.gid, name: entry.group })) return;
    if (!idOfName.has(entry.group)) idOfName.set(entry.group, entry.gid);
    if (!nameOfId.has(entry.gid)) nameOfId.set(entry.gid, entry.group);
    for (const member of entry.members) {
      const groups = ofMember.get(member);
      if (groups === undefined) ofMember.set(member, [entry]);
      else groups.push(entry);
    }
  });
  return { idOfName, nameOfId, ofMember, problems };
}

const linesPerTurn = 2_000;

/** Lets other sessions have a turn now and then: a file of 100,000 accounts takes a tenth of a second and more. */
async function forEachEntry<Entry>(
  lines: Iterable<ParsedLine<Entry>>,
  use: (entry: Entry) => void,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  let count = 0;
  for (const line of lines) {
    if ('entry' in line) use(line.entry);
    else problems.push(line.problem);
    count += 1;
    if (count % linesPerTurn === 0) await turn();
  }
  return problems;
}
