import type { Stats } from 'node:fs';
import type { FileKind, FileStat, Identity } from '@ftpd/storage';

/** Names for the numbers of owners and groups; `undefined` where there is none. */
export interface OwnerNames {
  readonly userName: (uid: number) => string | undefined;
  readonly groupName: (gid: number) => string | undefined;
}

/** The names a session sees: the system's, else the account's own. */
export function namesFor(identity: Identity, system: OwnerNames): OwnerNames {
  return {
    userName: (uid) => system.userName(uid) ?? (uid === identity.uid ? identity.user : undefined),
    groupName: (gid) => system.groupName(gid) ?? (gid === identity.gid ? identity.group : undefined),
  };
}

const cachedNames = 4096;

/** Remembers what `find` said, as a listing asks for the same few numbers again and again. */
export function remembered(
  find: (id: number) => string | undefined,
  keepsMs: number,
  now: () => number,
): (id: number) => string | undefined {
  const known = new Map<number, string | undefined>();
  let expiresAt = now() + keepsMs;
  return (id) => {
    if (now() >= expiresAt || known.size >= cachedNames) {
      known.clear();
      expiresAt = now() + keepsMs;
    }
    if (known.has(id)) return known.get(id);
    const name = find(id);
    known.set(id, name);
    return name;
  };
}

export function describeStats(stats: Stats, names: OwnerNames, target?: string): FileStat {
  const owner = names.userName(stats.uid);
  const group = names.groupName(stats.gid);
  return {
    kind: kindOf(stats),
    sizeBytes: stats.size,
    mode: stats.mode & 0o7777,
    modifiedMs: stats.mtimeMs,
    changedMs: stats.ctimeMs,
    accessedMs: stats.atimeMs,
    ...(stats.birthtimeMs > 0 && { createdMs: stats.birthtimeMs }),
    uid: stats.uid,
    gid: stats.gid,
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    linkCount: stats.nlink,
    device: stats.dev,
    inode: stats.ino,
    ...(target !== undefined && { target }),
  };
}

export function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
