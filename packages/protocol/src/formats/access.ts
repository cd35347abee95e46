import type { ListedFile } from './entry.ts';

/** Who asks; only what permission bits are compared with. */
export interface Accessor {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

export interface Access {
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  readonly mayExecute: boolean;
}

/**
 * What the permission bits allow, without asking the file system: good enough for a fact in a listing, never for a
 * decision. Root may do all.
 */
export function accessByMode(file: Pick<ListedFile, 'mode' | 'uid' | 'gid'>, accessor: Accessor): Access {
  if (accessor.uid === 0) return { mayRead: true, mayWrite: true, mayExecute: true };
  const isGroup = file.gid === accessor.gid || accessor.groups.includes(file.gid);
  const shift = file.uid === accessor.uid ? 6 : isGroup ? 3 : 0;
  const bits = file.mode >> shift;
  return { mayRead: (bits & 4) !== 0, mayWrite: (bits & 2) !== 0, mayExecute: (bits & 1) !== 0 };
}
