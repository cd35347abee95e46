import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** A file that is there while the daemon runs. */
export interface RunFile {
  /** Removes the file, if it is still this process's. Safe to call twice. Never throws. */
  remove(): void;
}

/**
 * Writes a file that names this process: PidFile, ScoreboardFile.
 * @param text - What stands in it; a line each.
 * @throws {Error} as node:fs does, and of a device, a folder or the like in its place.
 */
export function writeRunFile(path: string, text: string): RunFile {
  // Removed first, so that neither a link nor a file of somebody else is written through.
  unlinkIfThere(path);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, 0o644);
  fchmodSync(descriptor, 0o644);
  writeSync(descriptor, text);
  closeSync(descriptor);
  let isRemoved = false;
  return {
    remove() {
      if (isRemoved) return;
      isRemoved = true;
      try {
        if (readFileSync(path, 'utf8') === text) unlinkSync(path);
      } catch {
        // It is gone already, or the folder is root's: then the guard removes it.
      }
    },
  };
}

function unlinkIfThere(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  // `PidFile /dev/null` must not cost the system its /dev/null.
  if (!stats.isFile() && !stats.isSymbolicLink())
    throw new Error('Something that is no file is in its place');
  unlinkSync(path);
}
