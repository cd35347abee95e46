import type { Stats } from 'node:fs';
import type { VirtualPath, WalkOptions } from '@ftpd/storage';
import type { RealName } from './real-name.ts';

/** Where a path leads, with every symlink before its last component resolved. */
export interface Located {
  /** The path below the root without symlinks. */
  readonly path: VirtualPath;
  /** What lstat(2) said. Absent: there is nothing. */
  readonly stats?: Stats;
  /** Where the symlink points, if it is one (never when the walk followed the last component). */
  readonly target?: string;
  /** For calls that do not follow a symlink in the last component: unlink, rename, mkdir, open with O_NOFOLLOW. */
  readonly name: RealName;
  /** Ends the validity of `name`. */
  release(): void;
}

/** One object, held so that nobody can put another in its place. */
export interface Pinned {
  /**
   * Text for `realName`. For calls that would follow a symlink; of a folder also with `/ENTRY` behind it, for calls that
   * do not follow.
   */
  readonly name: string;
  release(): void;
}

/**
 * How a view stays below its root. All names that reach the kernel come from here. One implementation for each means
 * that a system offers: descriptors of folders (Linux), paths (elsewhere), and none where the root is the system's.
 */
export interface Confinement {
  locate(path: VirtualPath, options: WalkOptions): Promise<Located>;
  pin(located: Located): Promise<Pinned>;
  /** Refuses a descriptor that was not opened where the walk ended. @throws {StorageError} STORAGE_BUSY */
  verify(descriptor: number, located: Located): Promise<void>;
  /** Gives back what it holds; no call may be under way. */
  close(): void;
}
