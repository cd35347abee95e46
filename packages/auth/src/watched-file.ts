import { close, fstat, open, read, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
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

/** How account files are opened, where the process itself may not. */
export interface AccountFileSource {
  /**
   * @param seen - `fileStamp` of what was read last. Absent: nothing was.
   * @returns a descriptor to read from, owned by the caller; undefined: the file is the one that was seen.
   * @throws {Error} as node:fs does.
   */
  open(path: string, seen: string | undefined): Promise<number | undefined>;
}

export interface WatchedFileOptions {
  /** Default: with the rights of the process. */
  readonly source?: AccountFileSource;
  /** Default: 64 MiB, some 500,000 accounts. */
  readonly maxBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const defaultMaxBytes = 64 * 1024 * 1024;

/** Clocks of file systems tick slowly: a change in the same tick as the reading leaves no trace in the times. */
const settlingMs = 100;

const openFile = promisify(open);
const closeFile = promisify(close);
const readFrom = promisify(read);
const statOf = promisify(fstat) as (fd: number, options: { bigint: true }) => Promise<BigIntStats>;

/** Opens account files with the rights of the process. */
export const ownAccountFiles: AccountFileSource = {
  async open(path, seen) {
    const found = await stat(path, { bigint: true });
    if (seen === fileStamp(found)) return undefined;
    // Opening a FIFO would hold a thread until somebody writes.
    if (!found.isFile()) throw notAFile(path);
    return await openFile(path, 'r');
  },
};

const notAFile = (path: string): AuthError =>
  new AuthError('AUTH_FILE_NOT_A_FILE', `${path} is not a regular file`);

/**
 * @param make - Makes the value of the file's text; run once a change.
 */
export function watchFile<Value>(
  path: string,
  make: (text: string) => Promise<Value>,
  { maxBytes = defaultMaxBytes, now = Date.now, source = ownAccountFiles }: WatchedFileOptions = {},
): WatchedFile<Value> {
  let known: { readonly stamp: string; readonly value: Value; readonly text: string | undefined } | undefined;
  let pending: Promise<Value> | undefined;

  async function refresh(): Promise<Value> {
    const descriptor = await source.open(path, known?.stamp);
    if (descriptor === undefined && known !== undefined) return known.value;
    if (descriptor === undefined) throw new Error('a file that was never read is not unchanged');
    const { text, stats } = await readAndClose(descriptor, path, maxBytes);
    const isSettled = now() - Number(stats.mtimeMs) > settlingMs;
    const value = known?.text === text ? known.value : await make(text);
    known = isSettled ? { stamp: fileStamp(stats), text: undefined, value } : { stamp: '', text, value };
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

/** Reads a file once. @throws {AuthError} as `current`. @throws {Error} as node:fs does. */
export async function readAccountFile(path: string, source: AccountFileSource): Promise<string> {
  const descriptor = await source.open(path, undefined);
  if (descriptor === undefined) throw new Error('a file that was never read is not unchanged');
  return (await readAndClose(descriptor, path, defaultMaxBytes)).text;
}

/** What tells one state of a file from another. */
export function fileStamp({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function readAndClose(
  descriptor: number,
  path: string,
  maxBytes: number,
): Promise<{ text: string; stats: BigIntStats }> {
  try {
    return await readWhole(descriptor, path, maxBytes);
  } finally {
    await closeFile(descriptor);
  }
}

const chunkBytes = 256 * 1024;

async function readWhole(
  descriptor: number,
  path: string,
  maxBytes: number,
): Promise<{ text: string; stats: BigIntStats }> {
  // The stamp is older than the content: a write that comes between them is seen the next time.
  const stats = await statOf(descriptor, { bigint: true });
  if (!stats.isFile()) throw notAFile(path);
  const chunks: Buffer[] = [];
  for (let bytes = 0; ;) {
    if (stats.size > BigInt(maxBytes) || bytes > maxBytes)
      throw new AuthError('AUTH_FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`);
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await readFrom(descriptor, chunk, 0, chunk.length, bytes);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  return { stats, text: decodeRaw(Buffer.concat(chunks)) };
}
