import type { ServerTrace, SessionView } from '@ftpd/server';
import { LogFileError, openAppendFile, type AppendFile, type AppendFileOptions } from '../log/append-file.ts';
import { StartError } from '../start-error.ts';
import { isTold, type TraceLevels } from './levels.ts';
import { traceLine, type TraceFormat } from './trace-line.ts';

/** What a configuration says of tracing. */
export interface TraceSettings {
  /** TraceLog. Absent: nothing is traced. */
  readonly file?: string;
  readonly allowsSymlink: boolean;
  readonly format: TraceFormat;
  readonly levels: TraceLevels;
  /** The highest level that is told for any session. */
  readonly ceiling: number;
  /** Levels for a session, where they are not `levels`. Absent: they are the same for all. */
  readonly levelsOf?: (session: SessionView) => TraceLevels;
}

/** TraceLog: what each channel tells, as far as Trace wants it. */
export interface TraceLog {
  readonly trace: ServerTrace;
  /** The highest level that anything is told at; 0: tracing is off. For those who would do work to have something to tell. */
  readonly ceiling: number;
  /** Whether a message would be written. */
  isTold(channel: string, level: number): boolean;
  /** Opens TraceLog, or opens it again. @throws {StartError}; what was before stays. */
  configure(settings: TraceSettings): void;
  close(): void;
}

export interface TraceLogOptions {
  /** Told when writing fails. */
  readonly onError: (text: string) => void;
  readonly now?: () => number;
}

/** @throws {StartError} as in ProFTPD, where a TraceLog that can't be opened is an error in the configuration. */
function openTraceLog(path: string, options: AppendFileOptions): AppendFile {
  try {
    return openAppendFile(path, options);
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    const line = `fatal: TraceLog: error using TraceLog '${path}': ${error.reason}`;
    throw new StartError([line], { cause: error });
  }
}

/** A trace log that tells nothing until it is configured. */
export function createTraceLog({ onError, now = Date.now }: TraceLogOptions): TraceLog {
  let settings: TraceSettings | undefined;
  let file: AppendFile | undefined;
  let ceiling = 0;

  const levelsFor = (current: TraceSettings, session: SessionView | undefined): TraceLevels =>
    session === undefined || current.levelsOf === undefined ? current.levels : current.levelsOf(session);

  return {
    trace: (channel, level, text, session) => {
      if (level > ceiling) return;
      if (settings === undefined || !isTold(levelsFor(settings, session), channel, level)) return;
      file?.writeLine(
        traceLine({ atMs: now(), pid: process.pid, channel, level, text: text(), session }, settings.format),
      );
    },
    get ceiling() {
      return ceiling;
    },
    isTold: (channel, level) =>
      level <= ceiling && settings !== undefined && isTold(settings.levels, channel, level),
    configure(next) {
      if (next.file === undefined) {
        file?.close();
        file = undefined;
      } else if (file?.path === next.file) file.reopen();
      else {
        const path = next.file;
        const opened = openTraceLog(path, {
          mode: 0o640,
          allowsSymlink: next.allowsSymlink,
          onError: (error) => onError(`writing TraceLog '${path}' failed: ${String(error)}`),
        });
        file?.close();
        file = opened;
      }
      settings = next;
      ceiling = file === undefined ? 0 : next.ceiling;
    },
    close() {
      ceiling = 0;
      file?.close();
      file = undefined;
    },
  };
}
