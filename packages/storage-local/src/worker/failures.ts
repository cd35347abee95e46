import { isStorageError } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import type { WorkerFailure } from '../privileged/worker-protocol.ts';

/** A failure that the system would name so, found before it was asked. */
export class SystemError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A symlink leads into another mounted file system, which this operation was not let into. */
export class WouldCross extends Error {}

/** What the asker is told; the rest of an error does not go from thread to thread. */
export function failureOf(error: unknown): WorkerFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (isStorageError(error)) return { code: error.code, message };
  const code = errnoOf(error) ?? 'UNEXPECTED';
  const syscall =
    error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'
      ? error.syscall
      : undefined;
  return { code, message, ...(syscall !== undefined && { syscall }) };
}
