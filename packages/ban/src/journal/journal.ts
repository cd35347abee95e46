import { createHash } from 'node:crypto';
import type { BanRecord } from '../record/ban-record.ts';
import { recordOfRow, rowOfRecord } from '../record/record-text.ts';
import type { JournalFile } from './journal-file.ts';

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
 * Reads a journal, and keeps it from then on.
 * @throws what `file.cut` throws
 */
export function openJournal(file: JournalFile, { records, count, onError }: JournalOptions): Journal {
  const { found, lineCount } = readJournal(file);
  let lines = lineCount;
  let leastLines = 0;
  let pending: BanRecord[] = [];
  let isClosed = false;
  let work: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    // What comes in one turn of the program is written at once.
    await Promise.resolve();
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        await file.append(batch.map(lineOf).join(''));
        lines += batch.length;
        if (lines > Math.max(2 * count() + slackLines, leastLines)) {
          const kept = [...records()];
          // One that can't be written anew grows for a while before it is tried again.
          leastLines = 2 * lines;
          await file.replace(chunksOf(kept));
          leastLines = 0;
          lines = kept.length;
        }
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
      if (isClosed) return;
      isClosed = true;
      await flush();
      await file.close();
    },
  };
}

/** Texts of moderate length. */
function* chunksOf(records: readonly BanRecord[]): Generator<string> {
  for (let at = 0; at < records.length; at += 1000)
    yield records
      .slice(at, at + 1000)
      .map(lineOf)
      .join('');
}

function readJournal(file: JournalFile): { found: readonly BanRecord[]; lineCount: number } {
  const bytes = Buffer.from(file.found.buffer, file.found.byteOffset, file.found.length);
  // An end that was torn off would spoil the next line.
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) file.cut(end);
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return { found: lines.flatMap((line) => recordOfLine(line) ?? []), lineCount: lines.length };
}
