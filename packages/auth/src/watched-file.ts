import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { AuthError } from './errors.ts';
import { decodeRaw } from './raw-text.ts';

/** A file that is kept as what was made of it, and read again when it changes. */
export interface WatchedFile<Value> {
  /**
   * The value of the file as it is now: one stat, and a read only after a change. Calls at the same time share both.
   * @throws {AuthError} AUTH_FILE_UNREADABLE, AUTH_FILE_NOT_A_FILE, AUTH_FILE_TOO_LARGE.
   */
  current(): Promise<Value>;
  /** The last value, without looking. Absent: nothing was read yet. */
  last(): Value | undefined;
}

export interface WatchedFileOptions {
  /** Default: 64 MiB, some 500,000 accounts. */
  readonly maxBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Clocks of file systems tick slowly: a change in the same tick as the reading leaves no trace in the times. */
const settlingMs = 100;

/**
 * @param make - Makes the value of the file's text; run once a change.
 */
export function watchFile<Value>(
  path: string,
  make: (text: string) => Promise<Value>,
  { maxBytes = 64 * 1024 * 1024, now = Date.now }: WatchedFileOptions = {},
): WatchedFile<Value> {
  let known: { readonly stamp: string; readonly value: Value; readonly text: string | undefined } | undefined;
  let pending: Promise<Value> | undefined;

  async function refresh(): Promise<Value> {
    const before = await stat(path, { bigint: true });
    if (known !== undefined && known.stamp === stampOf(before)) return known.value;
    // Opening a FIFO would hold a thread until somebody writes.
    if (!before.isFile()) throw new AuthError('AUTH_FILE_NOT_A_FILE', `${path} is not a regular file`);
    const { text, stats } = await readWhole(path, maxBytes);
    const isSettled = now() - Number(stats.mtimeMs) > settlingMs;
    const value = known?.text === text ? known.value : await make(text);
    known = isSettled ? { stamp: stampOf(stats), text: undefined, value } : { stamp: '', text, value };
    return value;
  }

  return {
    last: () => known?.value,
    current() {
      pending ??= refresh()
        .catch((error: unknown) => {
          throw error instanceof AuthError
            ? error
            : new AuthError('AUTH_FILE_UNREADABLE', `unable to read ${path}`, error);
        })
        .finally(() => {
          pending = undefined;
        });
      return pending;
    },
  };
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function readWhole(path: string, maxBytes: number): Promise<{ text: string; stats: BigIntStats }> {
  const handle = await open(path);
  try {
    return await readHandle(handle, path, maxBytes);
  } finally {
    await handle.close();
  }
}

async function readHandle(
  handle: FileHandle,
  path: string,
  maxBytes: number,
): Promise<{ text: string; stats: BigIntStats }> {
  // The stamp is older than the content: a write that comes between them is seen the next time.
  const stats = await handle.stat({ bigint: true });
  if (stats.size > BigInt(maxBytes))
    throw new AuthError('AUTH_FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`);
  return { stats, text: decodeRaw(await handle.readFile()) };
}
