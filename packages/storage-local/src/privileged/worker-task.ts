import fs from 'node:fs';
import { StorageError, storageErrors, type StorageErrorCode } from '@ftpd/storage';
import type { OpenAnswer, OperationName, WorkerFailure, WorkerRequest } from './worker-protocol.ts';

/** An operation that somebody waits for. */
export interface Task {
  readonly request: Omit<WorkerRequest, 'serial' | 'mayCross'>;
  readonly where: string;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  device: number;
  mayCross: boolean;
  attempts: number;
  isSettled: boolean;
  /** Whether it was slow, and its device looked up again. */
  isSlow: boolean;
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
