import type { ModuleContext } from '@ftpd/module';
import type { SessionView, TransferRecord } from '@ftpd/server';
import { LogFileError, openAppendFile, type AppendFile } from '../../log/append-file.ts';
import { xferlogLine } from '../../log/xferlog-line.ts';
import { transferLog } from '../core/files.ts';

/** Every TransferLog of the configuration. */
export interface TransferLogs {
  /** Opens what the configuration names, and opens again what was moved away. */
  follow(context: ModuleContext): void;
  write(session: SessionView, record: TransferRecord): void;
  close(): void;
}

export function createTransferLogs(): TransferLogs {
  const files = new Map<string, AppendFile>();
  let context: ModuleContext | undefined;
  return {
    follow(next) {
      context = next;
      const wanted = new Set(next.everywhere(transferLog).filter((path) => path !== undefined));
      for (const path of wanted) {
        const open = files.get(path);
        const file = open ?? openTransferLog(path, next.log);
        if (open !== undefined) open.reopen();
        else if (file !== undefined) files.set(path, file);
      }
    },
    write(session, record) {
      const { path } = record;
      // Listings are no transfers of files.
      if (path === undefined || context === undefined) return;
      if (record.direction !== 'deleted') context.log('info', summary(record), session);
      const file = session.settings.directives.first(transferLog.name);
      if (typeof file !== 'string') return;
      const line = xferlogLine({
        ...record,
        atMs: record.startedAtMs + record.durationMs,
        path: session.root === undefined || session.root === '/' ? path : `${session.root}${path}`,
        remoteHost: context.clientName(session),
        isAnonymous: session.isAnonymous,
        user: session.logName ?? session.account?.user ?? '*',
      });
      files.get(file)?.writeLine(line);
    },
    close() {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}

function summary({ isComplete, bytes, durationMs }: TransferRecord): string {
  const seconds = (durationMs / 1000).toFixed(2);
  return isComplete
    ? `Transfer completed: ${bytes} bytes in ${seconds} seconds`
    : `Transfer aborted after ${bytes} bytes in ${seconds} seconds`;
}

/** As in ProFTPD a log that can't be opened keeps nobody from transfers; here it is said at the start. */
function openTransferLog(path: string, log: ModuleContext['log']): AppendFile | undefined {
  try {
    return openAppendFile(path.startsWith('/') ? path : `/${path}`, {
      mode: 0o644,
      onError: (error) =>
        log(
          'error',
          `writing TransferLog '${path}' failed: ${error instanceof Error ? error.message : String(error)}`,
        ),
    });
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    log('error', `unable to open TransferLog '${path}': ${error.reason}; transfers are not logged`);
    return undefined;
  }
}
