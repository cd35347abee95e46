import type { ModuleContext } from '@ftpd/module';
import { LogFileError, openAppendFile, type AppendFile } from './append-file.ts';
import { escapeControls } from './escape.ts';
import { systemTimestamp } from './system-line.ts';

/** The logs of one module, such as MemcacheLog: a file for each path that a configuration names. */
export interface ModuleLog {
  /** Opens what the configuration names, and opens again what was moved away. */
  follow(paths: readonly (string | undefined)[], context: ModuleContext): void;
  /** @returns whether there is such a log: if not, the text is to be told elsewhere. */
  write(path: string | undefined, text: string): boolean;
  close(): void;
}

/**
 * @param directive - What names the log, for messages.
 * @param label - What stands in its lines: `mod_memcache/0.1`.
 */
export function createModuleLog(directive: string, label: string): ModuleLog {
  const files = new Map<string, AppendFile>();

  function open(path: string, { log }: ModuleContext): void {
    try {
      const onError = (error: unknown): void =>
        log('error', `writing ${directive} '${path}' failed: ${String(error)}`);
      files.set(path, openAppendFile(path, { mode: 0o640, onError }));
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
      // As in ProFTPD it keeps nobody out; there it is told in SystemLog, too.
      log('notice', `notice: unable to open ${directive} '${path}': ${error.reason}`);
    }
  }

  return {
    follow(paths, context) {
      const wanted = new Set(paths.filter((path) => path !== undefined));
      for (const [path, file] of files) {
        if (wanted.has(path)) continue;
        file.close();
        files.delete(path);
      }
      for (const path of wanted) {
        const known = files.get(path);
        if (known === undefined) open(path, context);
        else known.reopen();
      }
    },
    write(path, text) {
      const file = path === undefined ? undefined : files.get(path);
      file?.writeLine(`${systemTimestamp(Date.now())} ${label}[${process.pid}]: ${escapeControls(text)}`);
      return file !== undefined;
    },
    close() {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}
