import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectiveReader, ModuleContext } from '@ftpd/module';
import { runProvider, type PassPhraseKind } from './pass-phrase.ts';
import {
  chainFile,
  ecCertificateFile,
  ecKeyFile,
  pkcs12File,
  rsaCertificateFile,
  rsaKeyFile,
} from './certificate-rows.ts';
import { caFile, caPath, crlFile, crlPath } from './client-rows.ts';
import { tlsDhParamFile } from './protocol-rows.ts';

/** What a file holds, and how it is to be told from the next that has its name. */
export interface TlsFile {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** How certificates, keys and pass phrases are read: many are root's alone. */
export interface TlsFiles {
  /** @throws the system's error, with its code where it is known */
  read(path: string): Promise<TlsFile>;
  /** The contents of every file in a folder. @throws as `read` */
  readFolder(path: string): Promise<readonly Buffer[]>;
  /** Texts that change when a file or folder does; of one that is not there it is empty. */
  stamps(paths: readonly string[]): Promise<readonly string[]>;
  /** Asks TLSPassPhraseProvider. @throws an error that says what is wrong */
  passPhrase(server: string, kind: PassPhraseKind): Promise<string>;
}

const rows = {
  files: [
    rsaCertificateFile,
    rsaKeyFile,
    ecCertificateFile,
    ecKeyFile,
    chainFile,
    pkcs12File,
    caFile,
    crlFile,
    tlsDhParamFile,
  ],
  folders: [caPath, crlPath],
} as const;

/** Everything that a configuration names for TLS: nothing else is ever read by root. */
export function pathsNamedBy(everywhere: ModuleContext['everywhere']): {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
} {
  const paths = (of: readonly (typeof rsaKeyFile)[]): ReadonlySet<string> =>
    new Set(of.flatMap((row) => everywhere(row).map(({ path }) => path)));
  return { files: paths(rows.files), folders: paths(rows.folders) };
}

/** What one server's directives name, for watching. */
export function pathsOf(directives: DirectiveReader): readonly string[] {
  return [...rows.files, ...rows.folders]
    .map((row) => directives.first(row)?.path)
    .filter((path) => path !== undefined);
}

/** Bundles of every authority there is are about 250 KiB. */
const maxBytes = 4 * 1024 * 1024;
const maxFolderFiles = 5000;

/** @throws the system's error, or one that says what is wrong with the file */
export async function readTlsFile(path: string): Promise<TlsFile> {
  const file = await open(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    return { bytes: await file.readFile(), mode: stats.mode & 0o7777 };
  } finally {
    await file.close();
  }
}

/** @throws as `readTlsFile` */
export async function readTlsFolder(path: string): Promise<readonly Buffer[]> {
  const names = (await readdir(path)).toSorted();
  if (names.length > maxFolderFiles) throw new Error(`it has more than ${maxFolderFiles} files`);
  const contents: Buffer[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = await readTlsFile(join(path, name)).catch(() => undefined);
    bytes += file?.bytes.length ?? 0;
    if (bytes > maxBytes) throw new Error(`its files have more than ${maxBytes} bytes`);
    if (file !== undefined) contents.push(file.bytes);
  }
  return contents;
}

/** Of a path that this process may not look at: it says nothing about changes. */
export const unknownStamp = 'unknown';

/** What `stamps` tells of one path. Renewals swap symlinks, replace files or write into them: each shows. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path);
    return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? unknownStamp : '';
  }
}

/**
 * With the rights of this process. What it may no longer read, because it was root when it began, stays as it was.
 * @param provider - TLSPassPhraseProvider of the configuration in force.
 */
export function ownTlsFiles(provider: () => string | undefined): TlsFiles {
  const files = new Map<string, TlsFile>();
  const folders = new Map<string, readonly Buffer[]>();
  return {
    read: (path) => remembering(files, path, readTlsFile),
    readFolder: (path) => remembering(folders, path, readTlsFolder),
    stamps: (paths) => Promise.all(paths.map(stampOf)),
    passPhrase: (server, kind) => runProvider(provider(), server, kind),
  };
}

async function remembering<T>(
  known: Map<string, T>,
  path: string,
  read: (path: string) => Promise<T>,
): Promise<T> {
  try {
    const content = await read(path);
    known.set(path, content);
    return content;
  } catch (error) {
    const before = known.get(path);
    if ((error as NodeJS.ErrnoException).code === 'EACCES' && before !== undefined) return before;
    throw error;
  }
}
