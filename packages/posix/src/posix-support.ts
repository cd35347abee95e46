import { constants } from 'node:fs';
import { AT_FDCWD, O_PATH, RESOLVE_IN_ROOT, openAt } from './open-at.ts';
import { isPosixError } from './errors.ts';
import { closeDescriptor } from './descriptors.ts';

export interface PosixSupport {
  readonly isAvailable: boolean;
  /** What is missing, for the log. Absent: nothing. */
  readonly reason?: string;
}

let known: PosixSupport | undefined;

/**
 * Whether the calls of this package work on this machine: Linux on x86-64 or arm64, koffi, and openat2 (5.6 and newer, and
 * not taken away by a filter). Checked once. Whether an identity can be switched is another question: `becomeOnThread` tells.
 */
export function posixSupport(): PosixSupport {
  known ??= probe();
  return known;
}

function probe(): PosixSupport {
  try {
    const flags = O_PATH | constants.O_DIRECTORY;
    closeDescriptor(openAt(AT_FDCWD, '.', { flags, resolve: RESOLVE_IN_ROOT }));
    return { isAvailable: true };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { isAvailable: false, reason: isPosixError(error) ? text : `unexpected: ${text}` };
  }
}
