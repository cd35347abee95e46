import { closeSync, constants, fchmodSync, fstatSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { BanError } from '../errors.ts';

/** Where a journal is kept: for programs that may not open files themselves. */
export interface JournalFile {
  /** All that was in it when it was opened. */
  readonly found: Uint8Array;
  /** Removes an end that was torn off. @param length - What stays, in bytes. */
  cut(length: number): void;
  /** Resolves when the text is on the disk. */
  append(text: string): Promise<void>;
  /** Writes it anew, whole or not at all. */
  replace(texts: Iterable<string>): Promise<void>;
  close(): void | Promise<void>;
}

/** A journal is read whole. */
export const maxJournalBytes: number = 256 * 1024 * 1024;

const safeFlags = constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a journal by its path, or makes one (0600).
 * @throws {BanError} BAN_JOURNAL
 */
export function openJournalFile(path: string): JournalFile {
  return {
    found: readPath(path),
    cut(length) {
      truncateSync(path, length);
    },
    append: (text) =>
      withFile(path, constants.O_APPEND, async (file) => {
        await file.appendFile(text);
        await file.datasync();
      }),
    async replace(texts) {
      const temporary = `${path}.new`;
      await withFile(temporary, constants.O_TRUNC, async (file) => {
        for (const text of texts) await file.appendFile(text);
        await file.sync();
      });
      await rename(temporary, path);
    },
    close() {},
  };
}

async function withFile(
  path: string,
  flags: number,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, constants.O_WRONLY | safeFlags | flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function readPath(path: string): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDWR | safeFlags, 0o600);
    return readJournalDescriptor(descriptor);
  } catch (error) {
    if (error instanceof BanError) throw error;
    throw new BanError('BAN_JOURNAL', undefined, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Reads what an open journal holds, and takes rights back that others have.
 * @throws {BanError} BAN_JOURNAL for what is no file, or too large; else the system's error
 */
export function readJournalDescriptor(descriptor: number): Uint8Array {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) throw new BanError('BAN_JOURNAL', 'The journal is not a file');
  if (stats.size > maxJournalBytes) throw new BanError('BAN_JOURNAL', 'The journal is larger than 256 MiB');
  if ((stats.mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600);
  return readFileSync(descriptor);
}
