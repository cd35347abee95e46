import type { ControlStatus } from '@ftpd/module';
import { statusNumbers } from '../controls/statuses.ts';

/** Ends without an answer. 64 to 76 are those of sysexits(3). */
export const ownExitCodes = {
  wrongUsage: 64,
  noDaemon: 69,
  noAnswerInTime: 75,
  badAnswer: 76,
} as const;

/** What ftpdctl ends with: the status without its sign, as ProFTPD's does from 1.3.9 on, or one of its own. */
export type ExitCode = number;

export const exitCodeOf = (status: ControlStatus): ExitCode => Math.abs(statusNumbers[status]);

/** The daemon gave no answer; the message says what to do. */
export class Failure extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
