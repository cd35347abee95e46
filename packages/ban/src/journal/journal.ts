import { createHash } from 'node:crypto';
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { BanError } from '../errors.ts';
import type { BanRecord } from '../record/ban-record.ts';
import { recordOfRow, rowOfRecord } from '../record/record-text.ts';

export interface JournalOptions {
  /** What is kept when the journal is written anew. */
  readonly records: () => Iterable<BanRecord>;
  /** How many these are. */
  readonly count: () => number;
  readonly onError: (error: unknown) => void;
}

export interface Journal {
  /** What the file told when it was opened, in order; damaged lines are left out. */
  readonly found: readonly BanRecord[];
  append(record: BanRecord): void;
  /** Resolves when all that was appended is on the disk, or was told to `onError`. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const maxBytes = 256 * 1024 * 1024;
/** Lines beyond twice the records before the file is written anew. */
const slackLines = 1000;

/** A line: 16 hexadecimal digits of its SHA-256, a blank, the record as JSON. */
function lineOf(record: BanRecord): string {
  const text = JSON.stringify(rowOfRecord(record));
  return `${digestOf(text)} ${text}\n`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @returns undefined for a line that is cut or damaged. */
export function recordOfLine(line: string): BanRecord | undefined {
  const text = line.slice(17);
  if (line[16] !== ' ' || line.slice(0, 16) !== digestOf(text)) return undefined;
  try {
    return recordOfRow(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Opens a journal, or makes one (0600), and reads it.
 * @throws {BanError} BAN_JOURNAL
 */
export function openJournal(path: string, { records, count, onError }: JournalOptions): Journal {
  const { found, lineCount } = readJournal(path);
  let lines = lineCount;
  let pending: BanRecord[] = [];
  let isClosed = false;
  let work: Promise<void> | undefined;

  const writeNew = async (): Promise<void> => {
    const kept = [...records()];
    const temporary = `${path}.new`;
    await withFile(temporary, constants.O_TRUNC, async (file) => {
      for (let at = 0; at < kept.length; at += 1000)
        await file.appendFile(
          kept
            .slice(at, at + 1000)
            .map(lineOf)
            .join(''),
        );
      await file.sync();
    });
    await rename(temporary, path);
    lines = kept.length;
  };

  const drain = async (): Promise<void> => {
    // What comes in one turn of the program is written at once.
    await Promise.resolve();
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        await withFile(path, constants.O_APPEND, async (file) => {
          await file.appendFile(batch.map(lineOf).join(''));
          await file.datasync();
        });
        lines += batch.length;
        if (lines > 2 * count() + slackLines) await writeNew();
      } catch (error) {
        onError(error);
      }
    }
    work = undefined;
  };

  const flush = async (): Promise<void> => {
    while (work !== undefined) await work;
  };

  return {
    found,
    append(record) {
      if (isClosed) return;
      pending.push(record);
      work ??= drain();
    },
    flush,
    async close() {
      isClosed = true;
      await flush();
    },
  };
}

const safeFlags = constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

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

function readJournal(path: string): { found: readonly BanRecord[]; lineCount: number } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDWR | safeFlags, 0o600);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new BanError('BAN_JOURNAL', 'The journal is not a file');
    if (stats.size > maxBytes) throw new BanError('BAN_JOURNAL', 'The journal is larger than 256 MiB');
    if ((stats.mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600);
    const bytes = readFileSync(descriptor);
    // An end that was torn off would spoil the next line.
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) ftruncateSync(descriptor, end);
    const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return { found: lines.flatMap((line) => recordOfLine(line) ?? []), lineCount: lines.length };
  } catch (error) {
    if (error instanceof BanError) throw error;
    throw new BanError('BAN_JOURNAL', undefined, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
