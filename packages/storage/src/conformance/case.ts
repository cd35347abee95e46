import assert from 'node:assert/strict';
import { isStorageError, type StorageErrorCode } from '../errors.ts';
import { encodeName } from '../name-codec.ts';
import type {
  DirectoryEntry,
  Identity,
  ListOptions,
  Storage,
  StorageCapabilities,
  StorageView,
} from '../storage.ts';
import { virtualPath, type VirtualPath } from '../virtual-path.ts';

/** What a driver gives for one test: a storage with an empty folder that `identity` may do everything in. */
export interface ConformanceSetting {
  readonly storage: Storage;
  /** The storage's own name of the empty folder. */
  readonly root: string;
  readonly identity: Identity;
  /** A quicker way than the port's to make many empty files in a folder, by the storage's own name of it. */
  readonly makeFiles?: (folder: string, names: readonly string[]) => void | Promise<void>;
  /** Removes what the test left. The storage has been closed before. */
  readonly cleanup?: () => void | Promise<void>;
}

/** What a case works with. */
export interface CaseSetting {
  readonly storage: Storage;
  readonly identity: Identity;
  /** The storage's own name of the folder that `view` has as its root. */
  readonly root: string;
  /** Makes empty files in the root of the view. */
  readonly makeFiles: (names: readonly string[]) => Promise<void>;
  /** The view under test; its root is the folder `/jail` of `outer`. */
  readonly view: StorageView;
  /** A view of the folder around it, which holds `/jail`, `/secret` (a file) and `/outside` (a folder with a file `prey`). */
  readonly outer: StorageView;
}

/** What a case about two users works with. */
export interface AccessSetting extends CaseSetting {
  readonly stranger: Identity;
  /** The same root, entered as the stranger. */
  readonly theirs: StorageView;
}

export interface ConformanceCase<Setting extends CaseSetting = CaseSetting> {
  /** A promise of the port. */
  readonly title: string;
  /** Without this ability the storage has to refuse it instead, with STORAGE_UNSUPPORTED. */
  readonly needs?: Exclude<keyof StorageCapabilities, 'enforcesIdentity'>;
  readonly run: (setting: Setting) => Promise<void>;
}

/** Shorthand: a path by its text. */
export function at(text: string): VirtualPath {
  return virtualPath(text);
}

export async function put(
  view: StorageView,
  path: string,
  content: string | Uint8Array = '',
  mode = 0o644,
): Promise<void> {
  const file = await view.openWrite(at(path), { disposition: 'replace', mode });
  try {
    await file.write(typeof content === 'string' ? encodeName(content) : content, 0);
  } finally {
    await file.close();
  }
}

export async function get(view: StorageView, path: string): Promise<string> {
  const file = await view.openRead(at(path));
  const parts: Uint8Array[] = [];
  try {
    for (let position = 0; ;) {
      const buffer = Buffer.alloc(64 * 1024);
      const count = await file.read(buffer, position);
      if (count === 0) return Buffer.concat(parts).toString('latin1');
      parts.push(buffer.subarray(0, count));
      position += count;
    }
  } finally {
    await file.close();
  }
}

export async function makeFolder(view: StorageView, path: string, mode = 0o755): Promise<void> {
  await view.makeDirectory(at(path), { mode });
}

export async function entriesOf(
  view: StorageView,
  path: string,
  options?: ListOptions,
): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for await (const batch of view.list(at(path), options)) entries.push(...batch);
  return entries;
}

/** The names in a folder, sorted. */
export async function namesIn(view: StorageView, path: string, options?: ListOptions): Promise<string[]> {
  return (await entriesOf(view, path, options)).map((entry) => entry.name).sort();
}

/** That the operation fails with this kind and says which path, as the session sees it. */
export async function fails(
  operation: Promise<unknown>,
  code: StorageErrorCode,
  path?: string,
): Promise<void> {
  await assert.rejects(operation, (error) => {
    assert.ok(isStorageError(error), `expected a StorageError, got ${String(error)}`);
    assert.equal(error.code, code);
    if (path !== undefined) assert.equal(error.path, path);
    assert.ok(
      !/[/\n]/u.test(error.message.replace('Input/output', '')),
      `the message names a path: ${error.message}`,
    );
    return true;
  });
}
