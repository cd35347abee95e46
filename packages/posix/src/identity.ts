import { namedError, errnoError } from './errors.ts';
import { checkedId } from './names.ts';
import { orThrow, systemCall } from './native.ts';

/** Whom the kernel takes a thread for when it opens, creates or changes files. */
export interface FileIdentity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, at most 65536, in any order. */
  readonly groups: readonly number[];
}

const maxGroups = 65_536;
const cloneFs = 0x200;
// A value that is no id: the call changes nothing and answers with the current one.
const query = 0xff_ff_ff_ff;

const setfsuid = systemCall<[number]>('setfsuid', ['uint']);
const setfsgid = systemCall<[number]>('setfsgid', ['uint']);
const setgroups = systemCall<[number, Uint32Array]>('setgroups', ['int', 'pointer']);
const getgroups = systemCall<[number, Uint32Array | null]>('getgroups', ['int', 'pointer']);
const unshare = systemCall<[number]>('unshare', ['int']);
const umask = systemCall<[number]>('umask', ['uint']);

/**
 * What this thread is known to be; undefined before the first switch. `broken`: a switch failed half-way, and nothing may
 * be done as anybody any more.
 */
let current: FileIdentity | 'broken' | undefined;

/**
 * Makes the calling thread act as a user for files: file system uid and gid, and supplementary groups. Only synchronous
 * calls of this thread carry the identity (`fs.promises` and streams run elsewhere, as somebody else). Nothing is called
 * when the thread is that user already.
 * @throws {PosixError} EINVAL for ids out of range. EPERM when any part did not take: then end the thread, every further
 * call throws.
 * @see setfsuid(2), setgroups(2)
 */
export function becomeOnThread(identity: FileIdentity): void {
  const uid = checkedId('setfsuid', identity.uid);
  const gid = checkedId('setfsgid', identity.gid);
  const groups = sortedGroups(identity.groups);
  if (current === 'broken') throw namedError('setfsuid', 'EPERM', 'an earlier switch failed');
  const previous = current ?? threadIdentity();
  if (isSame(previous, uid, gid, groups)) {
    current = previous;
    return;
  }
  current = 'broken';
  // Between two users by way of root, so that at no moment the groups of one go with the uid of the other.
  if (uid !== 0 && previous.uid !== 0) switchUid(0);
  const answer = setgroups(groups.length, groups);
  if (answer < 0) throw errnoError('setgroups', -answer);
  setfsgid(gid);
  if (setfsgid(query) !== gid) throw namedError('setfsgid', 'EPERM', 'the group did not change');
  switchUid(uid);
  if (!isEqual(groups, readGroups())) {
    throw namedError('setgroups', 'EPERM', 'the groups did not change');
  }
  current = { uid, gid, groups: [...groups] };
}

/** The identity as the kernel has it now, for this thread. */
export function threadIdentity(): FileIdentity {
  return { uid: setfsuid(query), gid: setfsgid(query), groups: [...readGroups()] };
}

/**
 * Gives the calling thread a umask and a working folder of its own; the threads of a process share them otherwise.
 * @throws {PosixError} EPERM where a filter forbids it.
 * @see unshare(2) CLONE_FS
 */
export function separateThread(): void {
  orThrow('unshare', unshare(cloneFs));
}

/**
 * Sets the umask: of this thread alone after `separateThread()`, of the whole process before.
 * @param mask - 0 to 0o777; other bits are ignored.
 * @returns the umask until now.
 */
export function threadUmask(mask: number): number {
  return orThrow('umask', umask(mask & 0o777));
}

function switchUid(uid: number): void {
  setfsuid(uid);
  // The call reports no error: without CAP_SETUID it changes nothing, and root would go on as root.
  if (setfsuid(query) !== uid) throw namedError('setfsuid', 'EPERM', 'the user did not change');
}

// The kernel keeps the list sorted, so that two lists are the same when they are the same sorted.
function sortedGroups(groups: readonly number[]): Uint32Array {
  if (groups.length > maxGroups) throw namedError('setgroups', 'EINVAL', 'too many groups');
  return Uint32Array.from(groups, (gid) => checkedId('setgroups', gid)).sort();
}

function readGroups(): Uint32Array {
  const count = orThrow('getgroups', getgroups(0, null));
  const groups = new Uint32Array(count);
  return groups.subarray(0, count === 0 ? 0 : orThrow('getgroups', getgroups(count, groups)));
}

function isSame(known: FileIdentity, uid: number, gid: number, groups: Uint32Array): boolean {
  return known.uid === uid && known.gid === gid && isEqual(groups, known.groups);
}

function isEqual(left: Uint32Array, right: ArrayLike<number>): boolean {
  return left.length === right.length && left.every((gid, index) => gid === right[index]);
}
