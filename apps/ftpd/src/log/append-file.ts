import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  statSync,
  write,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { encodeName } from '@ftpd/storage';
import { openGivenLog } from './log-opener.ts';

/** Why a log file is not used; the texts are ProFTPD's. */
export class LogFileError extends Error {
  readonly reason: string;

  constructor(path: string, reason: string, options?: { readonly cause?: unknown }) {
    super(`unable to open '${path}': ${reason}`, options);
    this.name = 'LogFileError';
    this.reason = reason;
  }
}

export interface AppendFileOptions {
  /** Permission bits of a new file. */
  readonly mode: number;
  /** Whether a symbolic link may lead to the file (AllowLogSymlinks). Default false. */
  readonly allowsSymlink?: boolean;
  /** How long lines may wait for company, in ms. Default 50. */
  readonly delayMs?: number;
  /** Lines that wait for a slow disk, in bytes; more are dropped and counted. Default 4 MiB. */
  readonly maxBufferedBytes?: number;
  /** Told of failed writes, once until the next good one. */
  readonly onError?: (error: unknown) => void;
}

/** A log that others may move away: whole lines are appended, and `reopen` follows the name again. */
export interface AppendFile {
  readonly path: string;
  writeLine(line: string): void;
  /** Opens the path again if another file stands there now. @returns false if it could not; the old file is kept. */
  reopen(): boolean;
  /** Writes what waits, at once. */
  flushSync(): void;
  close(): void;
}

const refusals: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EROFS: 'Read-only file system',
  ENXIO: 'nothing reads this pipe',
};

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return refusals[code] ?? (error as Error).message;
}

/**
 * Opens a log for appending. A name that others can change must not decide what a log is written over.
 * @throws {LogFileError} for a world-writable folder or a symbolic link.
 */
export function openLogDescriptor(
  path: string,
  options: Pick<AppendFileOptions, 'mode' | 'allowsSymlink'>,
): number {
  try {
    const folder = statSync(dirname(path));
    if ((folder.mode & 0o002) !== 0)
      throw new LogFileError(path, `${dirname(path)} is a world-writable directory`);
    if (
      options.allowsSymlink !== true &&
      lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ) {
      throw new LogFileError(path, `${path} is a symbolic link`);
    }
    const follow = options.allowsSymlink === true ? 0 : constants.O_NOFOLLOW;
    // Without O_NONBLOCK a pipe that nobody reads would stop the daemon here.
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | follow;
    return openSync(path, flags, options.mode);
  } catch (error) {
    if (error instanceof LogFileError) throw error;
    throw new LogFileError(path, reasonOf(error), { cause: error });
  }
}

/** Where another file stands at the path than the open one: a descriptor of it. */
function openNext(path: string, options: AppendFileOptions, descriptor: number): number | undefined {
  const opened = fstatSync(descriptor);
  const isSame = (other: Stats | undefined): boolean => other?.ino === opened.ino && other.dev === opened.dev;
  const given = openGivenLog(path);
  if (given === undefined)
    return isSame(statSync(path, { throwIfNoEntry: false })) ? undefined : openLogDescriptor(path, options);
  if (!isSame(fstatSync(given))) return given;
  closeSync(given);
  return undefined;
}

/** @throws {LogFileError} */
export function openAppendFile(path: string, options: AppendFileOptions): AppendFile {
  const { delayMs = 50, maxBufferedBytes = 4 << 20, onError } = options;
  let descriptor = openGivenLog(path) ?? openLogDescriptor(path, options);
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let droppedLines = 0;
  let timer: NodeJS.Timeout | undefined;
  let isWriting = false;
  let isClosed = false;
  let hasFailed = false;
  /** To be closed once the write that uses it is done. */
  let replaced: number | undefined;

  function take(): Uint8Array {
    if (droppedLines > 0)
      waiting.push(encodeName(`${droppedLines} log lines were dropped here: the disk was too slow\n`));
    const batch = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    droppedLines = 0;
    return batch;
  }

  function failed(error: unknown): void {
    if (!hasFailed) onError?.(error);
    hasFailed = true;
  }

  function flush(): void {
    timer = undefined;
    if (isWriting || isClosed || waiting.length === 0) return;
    isWriting = true;
    append(descriptor, take());
  }

  function append(into: number, rest: Uint8Array): void {
    write(into, rest, 0, rest.length, null, (error, written) => {
      if (error === null && written < rest.length && !isClosed) {
        append(into, rest.subarray(written));
        return;
      }
      isWriting = false;
      if (error === null) hasFailed = false;
      else failed(error);
      if (replaced !== undefined) closeSync(replaced);
      replaced = undefined;
      if (isClosed) closeSync(descriptor);
      else if (waiting.length > 0) flush();
    });
  }

  function flushSync(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (isClosed || waiting.length === 0) return;
    const batch = take();
    try {
      for (let at = 0; at < batch.length;) at += writeSync(descriptor, batch, at);
    } catch (error) {
      failed(error);
    }
  }

  return {
    path,
    writeLine(line) {
      if (isClosed) return;
      const bytes = encodeName(`${line}\n`);
      if (waitingBytes + bytes.length > maxBufferedBytes) {
        droppedLines += 1;
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (!isWriting) timer ??= setTimeout(flush, delayMs);
    },
    reopen() {
      try {
        const next = isClosed ? undefined : openNext(path, options, descriptor);
        if (next === undefined) return true;
        flushSync();
        if (isWriting) replaced ??= descriptor;
        else closeSync(descriptor);
        descriptor = next;
        return true;
      } catch (error) {
        failed(error);
        return false;
      }
    },
    flushSync,
    close() {
      if (isClosed) return;
      flushSync();
      isClosed = true;
      if (!isWriting) closeSync(descriptor);
    },
  };
}
