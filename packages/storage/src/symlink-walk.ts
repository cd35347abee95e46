import { StorageError } from './errors.ts';
import { joinNames, namesOf, type VirtualPath } from './virtual-path.ts';

/** How many symlinks one path may lead through, as in Linux. */
export const maxSymlinks = 40;

/** What a walk asks for: the object called `name` in `folder`, the link itself if it is one. */
export interface WalkStep {
  /** A path without symlinks in it, seen to be a folder by an earlier step (or the root). */
  readonly folder: VirtualPath;
  readonly name: string;
  /** Whether nothing follows: the object may be of any kind. */
  readonly isLast: boolean;
}

/** What there is at a step. */
export type WalkAnswer =
  | { readonly kind: 'missing' | 'directory' | 'other' }
  | { readonly kind: 'symlink'; readonly target: string };

export interface WalkOptions {
  /** Whether a symlink at the end is followed. */
  readonly followsLast: boolean;
  /** Whether the last component may be missing. Default false. */
  readonly mayBeMissing?: boolean;
}

export interface WalkResult {
  /** The path with its symlinks resolved (the last one only with `followsLast`). */
  readonly path: VirtualPath;
  readonly exists: boolean;
}

/**
 * Resolves a path component by component below a root, as chroot(2) would: an absolute symlink starts at the root, and
 * `..` never leaves it. The caller answers each step from its storage; a step never has a symlink above it, so the
 * storage never follows one itself.
 * @throws {StorageError} STORAGE_NOT_FOUND, STORAGE_NOT_DIRECTORY, STORAGE_LOOP, STORAGE_NAME_TOO_LONG about `path`.
 */
export function* walkPath(
  path: VirtualPath,
  options: WalkOptions,
): Generator<WalkStep, WalkResult, WalkAnswer> {
  const pending = namesOf(path).reverse();
  const done: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const isLast = pending.length === 0;
    const found = yield { folder: joinNames(done), name, isLast };
    if (found.kind === 'missing') {
      if (!isLast || options.mayBeMissing !== true) throw new StorageError('STORAGE_NOT_FOUND', { path });
      return { path: joinNames([...done, name]), exists: false };
    }
    if (found.kind === 'symlink' && (!isLast || options.followsLast)) {
      links += 1;
      if (links > maxSymlinks) throw new StorageError('STORAGE_LOOP', { path });
      if (found.target === '') throw new StorageError('STORAGE_NOT_FOUND', { path });
      if (found.target.startsWith('/')) done.length = 0;
      pending.push(...found.target.split('/').reverse());
      continue;
    }
    if (!isLast && found.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    done.push(name);
  }
  return { path: joinNames(done), exists: true };
}
