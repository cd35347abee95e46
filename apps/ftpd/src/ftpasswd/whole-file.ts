import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { decodeName, encodeName } from '@ftpd/storage';

/** The content as text that keeps every byte. @returns undefined when there is no such file. */
export function readWholeFile(path: string): string | undefined {
  try {
    return decodeName(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file behind a symbolic link, so that the link stays one. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Replaces a file at once: whoever reads it, and whatever breaks off, sees the old content or the new one. Mode and owner
 * stay; a new file is 0600. Only one at a time may do this to a file.
 */
export function writeWholeFile(path: string, text: string): void {
  const temporary = `${path}.new`;
  const before = statSync(path, { throwIfNoEntry: false });
  // Left over from a run that was killed: nobody else may write here now.
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    const bytes = encodeName(text);
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    if (before !== undefined) {
      chownIfNeeded(temporary, before);
      fchmodSync(descriptor, before.mode & 0o7777);
    }
    fsyncSync(descriptor);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(path));
}

function chownIfNeeded(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  const now = statSync(path);
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid);
}

/** Without it a power cut may undo the rename. */
function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
