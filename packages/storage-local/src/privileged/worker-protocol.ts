import type { MessagePort } from 'node:worker_threads';
import type { VirtualPath, WriteDisposition } from '@ftpd/storage';

/** Whom a worker acts as. */
export interface FileIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** What lstat(2) says, as the numbers of `packStats`. Packed: a listing costs a fraction of what objects would. */
export type PackedStats = ArrayLike<number>;

export interface StatAnswer {
  readonly stats: PackedStats;
  /** Only of a symlink. */
  readonly target?: string;
}

/** An opened file or folder: the descriptor is the asker's from now on. */
export interface OpenAnswer {
  readonly descriptor: number;
  /** Symlinks resolved. */
  readonly path: VirtualPath;
  /** st_dev. */
  readonly device: number;
  /** Of a file, as of its opening. */
  readonly stats?: PackedStats;
  /** Whether it was made by this. */
  readonly isNew?: boolean;
  /** Why the group could not be given, as an errno's name. */
  readonly ownershipError?: string;
}

export interface FolderAnswer {
  /** Names with `/` between, in the order of the folder. */
  readonly names: string;
  readonly count: number;
  /** Whether the folder has no more. */
  readonly isEnd: boolean;
  /** `packedLength` numbers a name. A name that is gone has a mode of 0. Absent: they were not looked at. */
  readonly stats?: Float64Array;
  /** Targets of the symlinks among them, by the number of the name. */
  readonly targets: readonly (readonly [index: number, target: string])[];
}

export interface OpenFolderAnswer extends OpenAnswer {
  readonly first: FolderAnswer;
}

export interface NewFileOptions {
  readonly disposition: WriteDisposition;
  readonly mode: number;
  /** Absent: the kernel's choice. */
  readonly gid?: number;
}

export interface NewFolderOptions {
  readonly mode: number;
  readonly gid?: number;
  /** Whether the made folder is handed over as an O_PATH descriptor. */
  readonly wantsDescriptor: boolean;
}

export interface ListingOptions {
  /** How many entries at the most, but for a few if that is less than 12. */
  readonly wantedCount: number;
  /** Whether names only, or also what they name. */
  readonly looks: boolean;
  /** Whether a symlink shows what it stands for. */
  readonly followsSymlinks: boolean;
}

export type AccessWanted = 'read' | 'write' | 'execute';

/** Every operation of a worker: arguments, and what it answers. The root is a descriptor. */
export interface Operations {
  /** Opens the root of a session by its real name, as the user. */
  enter(root: number, realName: string): number;
  /** Whether the user may pass the root. @throws EACCES */
  pass(root: number): void;
  stat(root: number, path: VirtualPath, followsSymlinks: boolean): StatAnswer;
  resolve(root: number, path: VirtualPath, mayBeMissing: boolean): VirtualPath;
  openRead(root: number, path: VirtualPath): OpenAnswer;
  openWrite(root: number, path: VirtualPath, options: NewFileOptions): OpenAnswer;
  /** Opens a folder and reads its first entries. A descriptor comes only if there are more. */
  openFolder(root: number, path: VirtualPath, options: ListingOptions): OpenFolderAnswer;
  /** The next entries of an open folder. */
  readFolder(root: number, folder: number, path: VirtualPath, options: ListingOptions): FolderAnswer;
  lookAtNames(
    root: number,
    folder: number,
    path: VirtualPath,
    names: string,
    options: Pick<ListingOptions, 'followsSymlinks'>,
  ): FolderAnswer;
  /** Answers the size that it had. */
  remove(root: number, path: VirtualPath): number;
  removeDirectory(root: number, path: VirtualPath): void;
  makeDirectory(root: number, path: VirtualPath, options: NewFolderOptions): OpenAnswer | undefined;
  rename(root: number, from: VirtualPath, to: VirtualPath): void;
  setTimes(root: number, path: VirtualPath, modifiedMs: number, accessedMs: number | undefined): void;
  setMode(root: number, path: VirtualPath, mode: number): void;
  setGroup(root: number, path: VirtualPath, gid: number): void;
  makeSymlink(root: number, target: string, path: VirtualPath): void;
  mayAccess(root: number, path: VirtualPath, wanted: readonly AccessWanted[]): boolean;
  freeBytes(root: number, path: VirtualPath): number;
}

export type OperationName = keyof Operations;
type AnyArguments = readonly unknown[];
type Tail<T extends AnyArguments> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
export type ArgumentsOf<Name extends OperationName> = Tail<Parameters<Operations[Name]>>;
export type AnswerOf<Name extends OperationName> = ReturnType<Operations[Name]>;

/** Those that change nothing and may be done again when a worker died over them. */
export const repeatable: ReadonlySet<OperationName> = new Set([
  'enter',
  'pass',
  'stat',
  'resolve',
  'openRead',
  'openFolder',
  'lookAtNames',
  'mayAccess',
  'freeBytes',
]);

/** What is to be done, by whom. */
export interface WorkerRequest {
  readonly serial: number;
  readonly operation: OperationName;
  readonly identity: FileIdentity;
  readonly root: number;
  /** Whether symlinks may lead into another mounted file system. */
  readonly mayCross: boolean;
  readonly arguments: AnyArguments;
}

/** A request on its way. A flat list: objects cost twice as much on the way from thread to thread. */
export type RequestMessage = readonly [
  serial: number,
  operation: OperationName,
  /** `undefined`: the same as of the request sent before, also of one that was not done. */
  identity: FileIdentity | undefined,
  root: number,
  mayCross: boolean,
  ...rest: AnyArguments,
];

/** What is sent at once, and done in order. */
export type RequestBatch = readonly RequestMessage[];

export interface WorkerFailure {
  /** An errno's name, or a `StorageErrorCode`. */
  readonly code: string;
  readonly message: string;
  readonly syscall?: string;
}

export type WorkerAnswer =
  | readonly [serial: number, kind: 'value', value: unknown]
  | readonly [serial: number, kind: 'failure', failure: WorkerFailure]
  /** Nothing was done: a symlink leads into another mounted file system. */
  | readonly [serial: number, kind: 'crosses']
  /** Nothing was done: the thread was barred. */
  | readonly [serial: number, kind: 'returned']
  /** The thread is not who it should be; it does nothing any more. */
  | readonly [serial: number, kind: 'lost', failure: WorkerFailure];

/** The first message of a worker. */
export type WorkerReady =
  | { readonly isReady: true; readonly hasOwnUmask: boolean }
  | { readonly isReady: false; readonly reason: string };

/** What a worker is started with. */
export interface WorkerData {
  readonly port: MessagePort;
  /** Shared: see `control`. */
  readonly control: Int32Array;
  /** False: act as where unshare(2) is refused. For tests. */
  readonly separatesThread: boolean;
}

/** The shared numbers of a worker and its owner. */
export const control = {
  /** Counts the messages sent; the worker sleeps on it. */
  wake: 0,
  /** The serial of the operation that was begun last, and of the one that was answered last. */
  begun: 1,
  answered: 2,
  /**
   * 1: nothing more is begun, what was sent is returned. The worker writes `begun` and then reads this, its owner writes
   * this and then reads `begun`: what the owner does not find begun then, never will be.
   */
  barred: 3,
  /** How long an operation of the last message took on an average, in µs. */
  usualUs: 4,
  /** Descriptors that the worker holds; -1: none. */
  held: 5,
  maxHeld: 12,
} as const;
export const controlLength: number = control.held + control.maxHeld;

const fields = 11;
export const packedLength: number = fields;
