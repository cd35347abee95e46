import fs from 'node:fs';
import { StorageError, storageErrors, type StorageErrorCode } from '@ftpd/storage';
import type { MountTable } from '../mount-table.ts';
import type { SharedDescriptor } from './shared-descriptor.ts';
import type {
  FileIdentity,
  OpenAnswer,
  OperationName,
  WorkerFailure,
  WorkerRequest,
} from './worker-protocol.ts';

/** Whose operation it is, and what it is about. */
export interface CallOptions {
  readonly identity: FileIdentity;
  /** The session's root. Absent: there is none yet. */
  readonly root?: SharedDescriptor;
  /** An open folder that is used as well. */
  readonly folder?: SharedDescriptor;
  /** Real name of what the operation is about; symlinks may be in it. */
  readonly where: string;
  /** The same of a second name, of a rename. */
  readonly alsoWhere?: string;
  /** Whether nobody wants it done any more, if it has not begun. */
  readonly isEnded: () => boolean;
}

/** An operation that somebody waits for. */
export interface Task extends Pick<CallOptions, 'where' | 'isEnded'> {
  readonly alsoWhere: string | undefined;
  readonly holds: readonly SharedDescriptor[];
  readonly request: Omit<WorkerRequest, 'serial' | 'mayCross'>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  device: number;
  mayCross: boolean;
  attempts: number;
  isSettled: boolean;
}

/** What a thread has in hand: it counts once for the device. */
export interface Batch {
  device: number;
  /** Those that have no answer yet, in order. Undefined: taken back. */
  readonly tasks: (Task | undefined)[];
  /** The one that was found to be slow last, and the device looked up again. */
  slow: Task | undefined;
}

/** In place of a device: an operation leads from one file system into another, by a symlink or by two names. */
export const crossing = -1;

const none: readonly SharedDescriptor[] = [];

export function createTask(
  operation: OperationName,
  { identity, root, folder, where, alsoWhere, isEnded }: CallOptions,
  parameters: readonly unknown[],
  mounts: MountTable,
  settle: Pick<Task, 'resolve' | 'reject'>,
): Task {
  const holds = root === undefined ? none : folder === undefined ? [root] : [root, folder];
  const task: Task = {
    resolve: settle.resolve,
    reject: settle.reject,
    request: { operation, identity, root: root?.number ?? -1, arguments: parameters },
    holds,
    where,
    alsoWhere,
    isEnded,
    device: 0,
    mayCross: false,
    attempts: 0,
    isSettled: false,
  };
  task.device = deviceFor(task, mounts);
  for (const descriptor of holds) descriptor.hold();
  return task;
}

/** The task does not run, and won't: told once. */
export function endTask({ holds }: Task): void {
  for (const descriptor of holds) descriptor.release();
}

/** The device whose threads the task takes. */
export function deviceFor({ where, alsoWhere, mayCross }: Task, mounts: MountTable): number {
  if (mayCross) return crossing;
  const device = mounts.deviceOf(where);
  return alsoWhere === undefined || mounts.deviceOf(alsoWhere) === device ? device : crossing;
}

/** The system's failure of an operation, as it came from the thread. */
export class OperationError extends Error {
  readonly code: string;

  constructor({ code, message }: WorkerFailure) {
    super(message);
    this.code = code;
  }
}

/** The error for a failure, which is an errno's or one of the port's kinds. */
export function operationError(failure: WorkerFailure): Error {
  const { code, message } = failure;
  return code in storageErrors
    ? new StorageError(code as StorageErrorCode, { message })
    : new OperationError(failure);
}

/** Closes what was opened for somebody who waits no more. */
export function discard(operation: OperationName, value: unknown): void {
  const descriptor =
    operation === 'enter' ? (value as number) : (value as Partial<OpenAnswer> | undefined)?.descriptor;
  // A file system may make the close wait.
  if (descriptor !== undefined && descriptor >= 0) fs.close(descriptor, () => {});
}
