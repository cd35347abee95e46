/** What listings need to know about a file; `DirectoryEntry` of @ftpd/storage has this form. */
export interface ListedFile {
  /** `other`: device, FIFO, socket. */
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly accessedMs: number;
  readonly uid: number;
  readonly gid: number;
  /** Names of owner and group. Absent: the number is shown. */
  readonly owner?: string;
  readonly group?: string;
  readonly linkCount: number;
  /** A file's identity, for the fact `unique`. */
  readonly device: number;
  readonly inode: number;
  /** Where a symlink points. */
  readonly target?: string;
}

export interface ListedEntry extends ListedFile {
  /** The name as it is shown: of an entry, or a path as the client wrote it. */
  readonly name: string;
}

const lineEnd = /[\r\n\0]/;

/**
 * A name for a line of a listing. CR and LF become `?`, as in ls(1): a file's name must not make a line of its own,
 * which clients would take for another file.
 */
export function nameInLine(name: string): string {
  return lineEnd.test(name) ? name.replace(/[\r\n\0]/g, '?') : name;
}
