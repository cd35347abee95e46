import { createLookup } from './account-lookup.ts';
import type { EntryReader } from './entry-reader.ts';
import { namedError } from './errors.ts';
import { checkedId, nulTerminated, type PosixName } from './names.ts';
import { bindFunction, callOnPool, type BoundFunction, type NativeValue } from './native.ts';

/** An entry of passwd(5). Texts are bytes as the source has them. */
export interface PasswdEntry {
  readonly name: Uint8Array;
  /** `x`: the hash stands in shadow. */
  readonly password: Uint8Array;
  readonly uid: number;
  readonly gid: number;
  readonly comment: Uint8Array;
  readonly home: Uint8Array;
  readonly shell: Uint8Array;
}

/** An entry of group(5). */
export interface GroupEntry {
  readonly name: Uint8Array;
  readonly password: Uint8Array;
  readonly gid: number;
  /** Names of users, without those whose primary group it is. At most 65536. */
  readonly members: readonly Uint8Array[];
}

/** An entry of shadow(5). Days are days since 1970; absent: the field is empty. */
export interface ShadowEntry {
  readonly name: Uint8Array;
  readonly hash: Uint8Array;
  /** 0: the password must be changed now. */
  readonly lastChangeDay?: number;
  readonly minDays?: number;
  readonly maxDays?: number;
  readonly warnDays?: number;
  readonly inactiveDays?: number;
  readonly expireDay?: number;
}

const passwd = { entryBytes: 48, read: readPasswd };
const group = { entryBytes: 32, read: readGroup };

const byName = createLookup<Uint8Array, PasswdEntry>({
  ...passwd,
  name: 'getpwnam_r',
  keyType: 'pointer',
});
const byUid = createLookup<number, PasswdEntry>({ ...passwd, name: 'getpwuid_r', keyType: 'uint' });
const groupByName = createLookup<Uint8Array, GroupEntry>({
  ...group,
  name: 'getgrnam_r',
  keyType: 'pointer',
});
const groupByGid = createLookup<number, GroupEntry>({ ...group, name: 'getgrgid_r', keyType: 'uint' });
const shadowByName = createLookup<Uint8Array, ShadowEntry>({
  name: 'getspnam_r',
  keyType: 'pointer',
  entryBytes: 72,
  read: readShadow,
});

// struct passwd, struct group and struct spwd of a 64-bit libc.
function readPasswd(entry: EntryReader): PasswdEntry {
  return {
    name: entry.text(0),
    password: entry.text(8),
    uid: entry.uint32(16),
    gid: entry.uint32(20),
    comment: entry.text(24),
    home: entry.text(32),
    shell: entry.text(40),
  };
}

function readGroup(entry: EntryReader): GroupEntry {
  return {
    name: entry.text(0),
    password: entry.text(8),
    gid: entry.uint32(16),
    members: entry.texts(24),
  };
}

const shadowDays = {
  lastChangeDay: 16,
  minDays: 24,
  maxDays: 32,
  warnDays: 40,
  inactiveDays: 48,
  expireDay: 56,
} as const;

function readShadow(entry: EntryReader): ShadowEntry {
  const days = Object.entries(shadowDays).map(([name, offset]) => [name, entry.long(offset)] as const);
  return {
    name: entry.text(0),
    hash: entry.text(8),
    ...Object.fromEntries(days.filter(([, value]) => value !== -1)),
  };
}

/**
 * A user by name, from whatever /etc/nsswitch.conf names.
 * @returns undefined when there is none.
 * @throws {PosixError} when the source fails: EIO, EAGAIN, ENOMEM …; ERANGE for an entry above 1 MiB.
 * @see getpwnam_r(3)
 */
export function getpwnam(name: PosixName): PasswdEntry | undefined {
  return byName.now(nulTerminated('getpwnam_r', name));
}

/** As `getpwnam`, on libuv's pool. */
export async function getpwnamAsync(name: PosixName): Promise<PasswdEntry | undefined> {
  return byName.later(nulTerminated('getpwnam_r', name));
}

/** A user by number; as `getpwnam` otherwise. @see getpwuid_r(3) */
export function getpwuid(uid: number): PasswdEntry | undefined {
  return byUid.now(checkedId('getpwuid_r', uid));
}

/** As `getpwuid`, on libuv's pool. */
export async function getpwuidAsync(uid: number): Promise<PasswdEntry | undefined> {
  return byUid.later(checkedId('getpwuid_r', uid));
}

/** A group by name; as `getpwnam` otherwise. @see getgrnam_r(3) */
export function getgrnam(name: PosixName): GroupEntry | undefined {
  return groupByName.now(nulTerminated('getgrnam_r', name));
}

/** As `getgrnam`, on libuv's pool. */
export async function getgrnamAsync(name: PosixName): Promise<GroupEntry | undefined> {
  return groupByName.later(nulTerminated('getgrnam_r', name));
}

/** A group by number; as `getpwnam` otherwise. @see getgrgid_r(3) */
export function getgrgid(gid: number): GroupEntry | undefined {
  return groupByGid.now(checkedId('getgrgid_r', gid));
}

/** As `getgrgid`, on libuv's pool. */
export async function getgrgidAsync(gid: number): Promise<GroupEntry | undefined> {
  return groupByGid.later(checkedId('getgrgid_r', gid));
}

/**
 * The shadow entry of a user.
 * @returns undefined when there is none.
 * @throws {PosixError} EACCES when this process may not read it, unless a source behind the files answers instead: with
 * nss-systemd it is undefined then. As `getpwnam` otherwise.
 * @see getspnam_r(3)
 */
export function getspnam(name: PosixName): ShadowEntry | undefined {
  return shadowByName.now(nulTerminated('getspnam_r', name));
}

/** As `getspnam`, on libuv's pool. */
export async function getspnamAsync(name: PosixName): Promise<ShadowEntry | undefined> {
  return shadowByName.later(nulTerminated('getspnam_r', name));
}

const firstGroups = 64;
// What the kernel takes as supplementary groups, and the primary one.
const maxGroups = 65_537;

let boundGroupList: BoundFunction | undefined;

function groupList(): BoundFunction {
  boundGroupList ??= bindFunction('c', 'getgrouplist', 'int', ['pointer', 'uint', 'pointer', 'pointer']);
  return boundGroupList;
}

/**
 * All groups of a user, with `gid`, the primary one, among them. A user that nobody knows has that one alone.
 * @throws {PosixError} ERANGE for more than 65537.
 * @see getgrouplist(3)
 */
export function getgrouplist(name: PosixName, gid: number): number[] {
  for (const attempt of groupListAttempts(name, gid)) {
    const groups = attempt.groupsOf(groupList()(...attempt.values) as number);
    if (groups !== undefined) return groups;
  }
  throw namedError('getgrouplist', 'ERANGE', 'there are too many groups');
}

/** As `getgrouplist`, on libuv's pool. */
export async function getgrouplistAsync(name: PosixName, gid: number): Promise<number[]> {
  for (const attempt of groupListAttempts(name, gid)) {
    const groups = attempt.groupsOf(await callOnPool(groupList(), attempt.values));
    if (groups !== undefined) return groups;
  }
  throw namedError('getgrouplist', 'ERANGE', 'there are too many groups');
}

interface GroupListAttempt {
  readonly values: readonly NativeValue[];
  /** The groups; undefined: there was no room for them. */
  groupsOf(result: number): number[] | undefined;
}

function* groupListAttempts(name: PosixName, gid: number): Generator<GroupListAttempt> {
  const user = nulTerminated('getgrouplist', name);
  checkedId('getgrouplist', gid);
  for (let room = firstGroups; room <= maxGroups * 4; room *= 4) {
    const groups = new Uint32Array(Math.min(room, maxGroups));
    const count = new Uint32Array([groups.length]);
    yield {
      values: [user, gid, groups, count],
      groupsOf: (result) => (result < 0 ? undefined : [...groups.subarray(0, count[0])]),
    };
  }
}
