import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionScope } from '@ftpd/config';
import { pidFile, scoreboardFile } from './modules/core/files.ts';
import { guardRunFiles } from './run-file-guard.ts';
import { writeRunFile, type RunFile } from './run-file.ts';
import { StartError } from './start-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
};

const reasonOf = (error: unknown): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;

/**
 * Whether ScoreboardFile can be used, before anything is begun.
 * @throws {StartError} with ProFTPD's words.
 */
export function checkScoreboard(main: SessionScope): void {
  const path = main.first(scoreboardFile);
  // The default place may be root's; nothing depends on the file, so only a place that was chosen matters.
  if (path === undefined || path === scoreboardFile.defaultValue) return;
  try {
    if ((statSync(dirname(path)).mode & 0o002) !== 0)
      throw Object.assign(new Error('world-writable'), { code: 'EPERM' });
  } catch (error) {
    throw new StartError([`fatal: ScoreboardFile: unable to use '${path}': ${reasonOf(error)}`], {
      cause: error,
    });
  }
}

/**
 * Writes PidFile and ScoreboardFile; what can't be written is told and left out.
 * @param givesUpRoot - The process is root now and will not be.
 */
export function writeRunFiles(
  main: SessionScope,
  givesUpRoot: boolean,
  warn: (text: string) => void,
): readonly RunFile[] {
  const wanted = [
    { name: 'PidFile', path: main.first(pidFile), text: `${process.pid}\n` },
    // Not ProFTPD's format: its tools would misread ours, and ours ask the daemon.
    { name: 'ScoreboardFile', path: main.first(scoreboardFile), text: `ftpd ${process.pid}\n` },
  ];
  const written: { readonly path: string; readonly text: string; readonly file: RunFile }[] = [];
  for (const { name, path, text } of wanted) {
    if (path === undefined) continue;
    try {
      written.push({ path, text, file: writeRunFile(path, text) });
    } catch (error) {
      warn(`error writing ${name} '${path}': ${reasonOf(error)}`);
    }
  }
  if (givesUpRoot && written.length > 0) guardRunFiles(written);
  return written.map(({ file }) => file);
}
