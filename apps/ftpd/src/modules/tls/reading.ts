import type { X509Certificate } from 'node:crypto';
import { certificatesIn } from './certified-key.ts';
import { faultAt, type LocatedPath } from './located-file.ts';
import type { TlsFiles } from './tls-files.ts';

/** Files of one server that are read, and what was found wrong with them so far. */
export interface Reading {
  readonly files: TlsFiles;
  readonly label: string;
  readonly nowMs: number;
  readonly faults: string[];
  readonly warnings: string[];
}

/** The contents; undefined, and a fault, if the file can't be read. */
export async function contentsOf(
  { files, faults }: Reading,
  located: LocatedPath,
  sentence: (path: string, reason: string) => string = (path, reason) => `unable to use '${path}': ${reason}`,
): Promise<{ readonly bytes: Buffer; readonly mode: number } | undefined> {
  try {
    return await files.read(located.path);
  } catch (error) {
    faults.push(faultAt(located, sentence(located.path, reasonOf(error))));
    return undefined;
  }
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
};

/** What an error says, in the system's words where it is the system's. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return systemReasons[code ?? ''] ?? message;
}

/** The certificates of a file, of which there must be one. */
export async function certificatesOf(
  reading: Reading,
  located: LocatedPath | undefined,
): Promise<readonly X509Certificate[]> {
  const file = located && (await contentsOf(reading, located));
  if (located === undefined || file === undefined) return [];
  const { value = [], reason = 'it holds no certificate in PEM' } = parse(() => certificatesIn(file.bytes));
  if (value.length === 0) reading.faults.push(faultAt(located, `unable to use '${located.path}': ${reason}`));
  return value;
}

/** What `read` returns, or the message of what it throws. */
export function parse<T>(read: () => T): { readonly value?: T; readonly reason?: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}
