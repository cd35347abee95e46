import type { VirtualPath } from './virtual-path.ts';

/** What a name stands for. `other`: device, FIFO, socket. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'other';

/** One object of the file system, as data; text for the wire is made by `@ftpd/protocol`. */
export interface FileStat {
  readonly kind: FileKind;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly accessedMs: number;
  /** Time of creation in ms since the epoch. Absent: the file system keeps none. */
  readonly createdMs?: number;
  readonly uid: number;
  readonly gid: number;
  /** Owner's and group's name, where known; otherwise the number is shown. */
  readonly owner?: string;
  readonly group?: string;
  readonly linkCount: number;
  /** Identity of the object within its storage: two names of one object have the same pair. */
  readonly device: number;
  readonly inode: number;
  /** Where a symlink points, as stored in it. Only on kind `symlink`. */
  readonly target?: string;
}

export interface DirectoryEntry extends FileStat {
  readonly name: string;
}

/** The user a view acts for. Numbers as in the account. */
export interface Identity {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Name for the uid and gid in listings when the storage has no better source. */
  readonly group?: string;
}

export interface EnterOptions {
  readonly identity: Identity;
  /** The storage's own name of the folder that becomes `/` of the view (a real, absolute path on a disk). */
  readonly root: string;
  /** Ends what waits in the storage on behalf of the session. */
  readonly signal?: AbortSignal;
}

export interface ListOptions {
  /**
   * How many entries a batch has at the most, at least 1. Default 256.
   * A listing of a large folder is read in batches, so that it is never whole in memory.
   */
  readonly batchSize?: number;
  /** Whether a symlink's entry describes what it points to (a dangling one: the link). Default false. */
  readonly followsSymlinks?: boolean;
  /** Only names for which this is true are looked at (a stat each). Default: all. */
  readonly filter?: (name: string) => boolean;
}

/** Who a new object is given to, where the storage knows owners. What can't be given stays the user's; that is no failure. */
export interface NewOwners {
  /** Number of the owner. Absent: the user of the view. */
  readonly owner?: number;
  /** Number of the group. Absent: the storage's choice, as a rule the user's. */
  readonly group?: number;
}

export interface NewFolderOptions extends NewOwners {
  /** Permission bits, the umask already taken off. */
  readonly mode: number;
}

/** How a file is opened for writing. `replace` truncates, `exclusive` fails if it exists. */
export type WriteDisposition = 'replace' | 'append' | 'resume' | 'exclusive';

export interface WriteOptions extends NewOwners {
  /** `resume` writes into an existing or new file without truncating it. */
  readonly disposition: WriteDisposition;
  /** Permission bits of a new file, the umask already taken off: it gets exactly these. Setuid and its like are left out. */
  readonly mode: number;
}

/**
 * An open regular file. The reader or writer gives the position (bytes from the start, a whole number from 0); nothing
 * is buffered here. Reading what was opened for writing, and the reverse: STORAGE_DENIED. After STORAGE_TIMEOUT the call may
 * still be under way: its buffers must not be used again.
 */
export interface OpenFile {
  /** The path of what was opened, symlinks resolved: the gate asks again about it when it differs from the one asked for. */
  readonly path: VirtualPath;
  /** @returns the number of bytes read into `buffer`, perhaps fewer than fit, 0 at the end of the file. */
  read(buffer: Uint8Array, positionBytes: number): Promise<number>;
  /**
   * Writes all of the bytes, several chunks one behind the other. With disposition `append` the position is ignored.
   * @throws {StorageError} STORAGE_FULL, STORAGE_QUOTA, STORAGE_TOO_LARGE: some of it may have been written.
   */
  write(bytes: Uint8Array | readonly Uint8Array[], positionBytes: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  stat(): Promise<FileStat>;
  /**
   * Prepares to send from the file straight into a connected stream socket, without a copy through the process
   * (sendfile(2) or its like). Holds the socket by itself, so that its number may be closed and given away meanwhile.
   * @param socketDescriptor - Of a non-blocking socket.
   * @returns undefined if it can't for this file; absent: the storage can't at all. Then `read` is the way.
   */
  sendTo?(socketDescriptor: number): FileSender | undefined;
  /**
   * Reads and writes under way end with STORAGE_CLOSED, each when its buffer is no longer in use; then the file is
   * closed. May be called twice.
   * @throws {StorageError} STORAGE_FULL, STORAGE_QUOTA, STORAGE_FAILED where only the close tells that written bytes were lost.
   */
  close(): Promise<void>;
}

/**
 * What came of a send: the number of bytes (fewer than asked for where the socket was full; 0 at the end of the file),
 * `full` if the socket takes nothing now, `lost` if its other end is gone, `unsupported` if this file must be read
 * after all.
 */
export type SendOutcome = number | 'full' | 'lost' | 'unsupported';

/** Sends from an open file into one socket. One call at a time. */
export interface FileSender {
  /** @throws {StorageError} when reading fails. */
  send(positionBytes: number, maxBytes: number): Promise<SendOutcome>;
  /** Lets the socket go once nothing is under way. The file stays open. */
  close(): void;
}

export interface RemovedFile {
  readonly sizeBytes: number;
}

export interface FileTimes {
  readonly modifiedMs: number;
  /** Absent: unchanged. */
  readonly accessedMs?: number;
}

/**
 * A storage as one user sees it below one root. Every path is a `VirtualPath`; no operation touches anything
 * outside the root, whatever symlinks or `..` say. All failures are `StorageError`s.
 */
export interface StorageView {
  /** Describes the object; a final symlink is followed unless `followsSymlinks` is false. */
  stat(path: VirtualPath, options?: { readonly followsSymlinks?: boolean }): Promise<FileStat>;
  /** The path with all symlinks resolved, below the root. A missing last component is allowed with `mayBeMissing`. */
  resolve(path: VirtualPath, options?: { readonly mayBeMissing?: boolean }): Promise<VirtualPath>;
  /**
   * Entries of a folder in the order of the file system, without `.` and `..`. Entries that vanish before they are looked
   * at, one batch ahead at the most and the second not before it is asked for, are left out.
   */
  list(path: VirtualPath, options?: ListOptions): AsyncIterable<readonly DirectoryEntry[]>;
  /** Opens a regular file, through symlinks. A folder: STORAGE_IS_DIRECTORY; a FIFO, device or socket: STORAGE_DENIED. */
  openRead(path: VirtualPath): Promise<OpenFile>;
  /** As `openRead`; a missing file is made. `exclusive` follows no symlink. */
  openWrite(path: VirtualPath, options: WriteOptions): Promise<OpenFile>;
  /**
   * Removes a file or symlink (the link itself). A folder: STORAGE_IS_DIRECTORY.
   * @returns what was removed, as it was just before.
   */
  remove(path: VirtualPath): Promise<RemovedFile>;
  makeDirectory(path: VirtualPath, options: NewFolderOptions): Promise<void>;
  /** Removes an empty folder. The root: STORAGE_BUSY; a symlink: STORAGE_NOT_DIRECTORY. */
  removeDirectory(path: VirtualPath): Promise<void>;
  /** Renames a file, folder or symlink; replaces an existing file. Across file systems: STORAGE_CROSS_DEVICE. */
  rename(from: VirtualPath, to: VirtualPath): Promise<void>;
  setTimes(path: VirtualPath, times: FileTimes): Promise<void>;
  setMode(path: VirtualPath, mode: number): Promise<void>;
  setGroup(path: VirtualPath, gid: number): Promise<void>;
  /** Stores the target as it is; an absolute one counts from the root of the view. */
  makeSymlink(target: string, path: VirtualPath): Promise<void>;
  /**
   * Whether the identity may list, read, write or search the object, as access(2) says. Nothing wanted: whether it can
   * be reached. A refusal is `false`; a missing object STORAGE_NOT_FOUND.
   */
  mayAccess(
    path: VirtualPath,
    wanted: { readonly read?: boolean; readonly write?: boolean; readonly execute?: boolean },
  ): Promise<boolean>;
  /** Free bytes for this user on the file system of the path. Absent: not known. */
  freeBytes(path: VirtualPath): Promise<number | undefined>;
  /**
   * Ends the view: operations under way and everything after are STORAGE_CLOSED, its files and listings are closed.
   * Resolves when no system call is left, which on a hung file system may be never. May be called twice.
   */
  close(): Promise<void>;
}

/** A storage: a disk, a memory tree, an object store. */
export interface Storage {
  readonly capabilities: StorageCapabilities;
  /** Makes the view of one user. @throws {StorageError} STORAGE_NOT_FOUND, STORAGE_NOT_DIRECTORY or STORAGE_DENIED about the root. */
  enter(options: EnterOptions): Promise<StorageView>;
  close(): Promise<void>;
}

export interface StorageCapabilities {
  /** Whether `makeSymlink` works. Without an ability its operation throws STORAGE_UNSUPPORTED. */
  readonly symlinks: boolean;
  /** Whether `setMode` works, and files have the modes they are made with. */
  readonly modes: boolean;
  /** Whether `setGroup` works. */
  readonly groups: boolean;
  /** Whether a view acts with the rights of its identity (a disk: only with privilege), not with those of the process. */
  readonly enforcesIdentity: boolean;
}
