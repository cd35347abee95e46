import { hostname } from 'node:os';
import type { LogLevel, ServerLog, SessionView } from '@ftpd/server';
import { openAppendFile, type AppendFile } from './log/append-file.ts';
import { escapeControls } from './log/escape.ts';
import { createSyslog, type SyslogOptions } from './log/syslog.ts';
import type { SyslogFacilityName } from './log/syslog-message.ts';
import { systemLine } from './log/system-line.ts';
import { syslogLevels } from './modules/core/files.ts';
import { createTraceLog, type TraceLog } from './trace/trace-log.ts';

export type SyslogLevel = (typeof syslogLevels)[number];

/** What the configuration says of the log. */
export interface LogConfiguration {
  /** SystemLog; `none`: no log at all. Absent: syslog, while lines do not go to a terminal. */
  readonly file?: string;
  /** SyslogFacility. */
  readonly facility?: SyslogFacilityName;
  readonly allowsSymlink: boolean;
  /** SyslogLevel. */
  readonly level: SyslogLevel;
  /** 0 to 10. */
  readonly debugLevel: number;
  /** What stands for each server in a line, by its id; the first is the main server. */
  readonly serverNames: readonly string[];
}

/** SystemLog or else syslog, and stderr where it is wanted; and TraceLog. */
export interface DaemonLog {
  readonly write: ServerLog;
  readonly tracing: TraceLog;
  /** Opens SystemLog, or opens it again. @throws {LogFileError}; the old file is kept. */
  configure(configuration: LogConfiguration): void;
  /** From here on nothing is written to stderr. */
  leaveTerminal(): void;
  close(): void;
}

const ranks: Readonly<Record<LogLevel, number>> = {
  error: syslogLevels.indexOf('error'),
  warning: syslogLevels.indexOf('warn'),
  notice: syslogLevels.indexOf('notice'),
  info: syslogLevels.indexOf('info'),
  debug: syslogLevels.indexOf('debug'),
};

export interface DaemonLogOptions {
  /** Whether lines go to stderr too. */
  readonly usesTerminal: boolean;
  readonly debugLevel: number;
  /** The name of an address, where it is known. */
  readonly clientName?: (address: string) => string | undefined;
  readonly now?: () => number;
  readonly writeTerminal?: (line: string) => void;
  /** Default: /dev/log. */
  readonly openSyslog?: SyslogOptions['open'];
}

export function createDaemonLog({
  usesTerminal,
  debugLevel,
  clientName = () => undefined,
  now = Date.now,
  writeTerminal = (line) => void process.stderr.write(line),
  openSyslog,
}: DaemonLogOptions): DaemonLog {
  const host = hostname();
  let configuration: LogConfiguration = {
    allowsSymlink: false,
    level: 'notice',
    debugLevel,
    serverNames: [],
  };
  let file: AppendFile | undefined;
  let onTerminal = usesTerminal;
  const syslog = createSyslog({
    ...(openSyslog === undefined ? {} : { open: openSyslog }),
    onUnavailable: (reason) =>
      writeTerminal(`ftpd: no messages go to syslog, set SystemLog to a file: ${escapeControls(reason)}\n`),
  });
  // As in ProFTPD a terminal takes the place of syslog, and not that of a file.
  const usesSyslog = (): boolean => !onTerminal && configuration.file === undefined;

  /** A debug level makes even debug messages wanted. */
  const isWanted = (level: LogLevel): boolean =>
    ranks[level] <= (configuration.debugLevel > 0 ? ranks.debug : syslogLevels.indexOf(configuration.level));

  const write: ServerLog = (level, text, session) => {
    const isForSyslog = usesSyslog();
    if ((file === undefined && !onTerminal && !isForSyslog) || !isWanted(level)) return;
    const { facility } = configuration;
    const message = {
      atMs: now(),
      pid: process.pid,
      text,
      ...placeOf(configuration, session, clientName),
    };
    if (isForSyslog) {
      syslog.write({ ...message, level, ...(facility === undefined ? {} : { facility }) });
      return;
    }
    const line = systemLine({ ...message, host });
    file?.writeLine(line);
    if (onTerminal) writeTerminal(`${line}\n`);
  };

  const tracing = createTraceLog({ onError: (text) => write('error', text), now });

  return {
    write,
    tracing,
    configure(next) {
      if (next.file !== undefined && next.file !== 'none') {
        if (file?.path === next.file) file.reopen();
        else {
          const opened = openAppendFile(next.file, {
            mode: 0o640,
            allowsSymlink: next.allowsSymlink,
            onError: (error) => writeTerminal(`ftpd: writing ${next.file} failed: ${String(error)}\n`),
          });
          file?.close();
          file = opened;
        }
      } else {
        file?.close();
        file = undefined;
      }
      configuration = next;
    },
    leaveTerminal() {
      onTerminal = false;
    },
    close() {
      tracing.close();
      syslog.close();
      file?.close();
      file = undefined;
    },
  };
}

function placeOf(
  { serverNames }: LogConfiguration,
  session: SessionView | undefined,
  clientName: (address: string) => string | undefined,
) {
  const server = serverNames[(session?.settings.serverId ?? 1) - 1] ?? serverNames[0];
  return {
    ...(server === undefined ? {} : { server }),
    ...(session === undefined
      ? {}
      : {
          client: {
            name: clientName(session.remoteAddress) ?? session.remoteAddress,
            address: session.remoteAddress,
          },
        }),
  };
}
