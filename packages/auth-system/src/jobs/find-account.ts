import { decodeRaw, encodeRaw, type Account } from '@ftpd/auth';
import { getgrgid, getgrnam, getgrouplist, getpwnam, getpwuid, type PasswdEntry } from '@ftpd/posix';
import type { GroupKey, SystemGroup, UserKey } from '../worker-protocol.ts';

export function findUser(key: UserKey): Account | undefined {
  const entry = 'uid' in key ? getpwuid(key.uid) : getpwnam(encodeRaw(key.user));
  return entry && accountOf(entry);
}

export function findGroup(key: GroupKey): SystemGroup | undefined {
  const entry = 'gid' in key ? getgrgid(key.gid) : getgrnam(encodeRaw(key.group));
  return entry && { name: decodeRaw(entry.name), gid: entry.gid };
}

/** An entry of passwd(5) with all groups of the user, the primary first. */
export function accountOf(entry: PasswdEntry): Account {
  const { uid, gid } = entry;
  const groupIds = [...new Set([gid, ...getgrouplist(entry.name, gid)])];
  const names = new Map(groupIds.map((id) => [id, nameOfGroup(id)]));
  const group = names.get(gid);
  return {
    user: decodeRaw(entry.name),
    uid,
    gid,
    ...(group === undefined ? {} : { group }),
    groupNames: [...names.values()].filter((name) => name !== undefined),
    groupIds,
    comment: decodeRaw(entry.comment),
    home: decodeRaw(entry.home),
    shell: decodeRaw(entry.shell),
  };
}

function nameOfGroup(gid: number): string | undefined {
  const entry = getgrgid(gid);
  return entry && decodeRaw(entry.name);
}
