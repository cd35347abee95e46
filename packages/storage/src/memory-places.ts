import { StorageError } from './errors.ts';
import { isAllowed, type Right } from './memory-permission.ts';
import type { MemoryFolder, MemoryNode } from './memory-tree.ts';
import type { Identity } from './storage.ts';
import { walkPath, type WalkAnswer, type WalkOptions } from './symlink-walk.ts';
import { nameOf, namesOf, parentOf, rootPath, type VirtualPath } from './virtual-path.ts';

/** An object, or the place where one may be made. */
export interface MemoryPlace {
  readonly path: VirtualPath;
  readonly folder: MemoryFolder;
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

export type MemoryFound = MemoryPlace & { readonly node: MemoryNode };

/** Where paths lead below one root, for one user. */
export class MemoryPlaces {
  readonly #root: MemoryFolder;
  readonly #identity: Identity;

  constructor(root: MemoryFolder, identity: Identity) {
    this.#root = root;
    this.#identity = identity;
  }

  /** What there is. @throws {StorageError} STORAGE_NOT_FOUND and what `walkPath` throws; STORAGE_DENIED on the way. */
  find(path: VirtualPath, followsLast: boolean): MemoryFound {
    const place = this.place(path, { followsLast });
    if (place.node === undefined) throw new StorageError('STORAGE_NOT_FOUND', { path });
    return { ...place, node: place.node };
  }

  place(path: VirtualPath, options: WalkOptions): MemoryPlace {
    const walk = walkPath(path, options);
    let step = walk.next();
    while (step.done !== true)
      step = walk.next(this.#answer(this.#folderAt(step.value.folder, path), step.value.name, path));
    const resolved = step.value.path;
    const folder = this.#folderAt(parentOf(resolved), path);
    const name = nameOf(resolved);
    return {
      path: resolved,
      folder,
      name,
      node: resolved === rootPath ? this.#root : folder.entries.get(name),
    };
  }

  /** What is behind a symlink, or the link where that leads nowhere. */
  behind(path: VirtualPath, link: MemoryNode): MemoryNode {
    try {
      return this.find(path, true).node;
    } catch {
      return link;
    }
  }

  demand(node: MemoryNode, right: Right, path: VirtualPath): void {
    if (!isAllowed(node, this.#identity, right)) throw new StorageError('STORAGE_DENIED', { path });
  }

  #answer(folder: MemoryFolder, name: string, path: VirtualPath): WalkAnswer {
    this.demand(folder, 'execute', path);
    const node = folder.entries.get(name);
    if (node === undefined) return { kind: 'missing' };
    if (node.kind === 'symlink') return { kind: 'symlink', target: node.target };
    return { kind: node.kind === 'file' ? 'other' : 'directory' };
  }

  /** A folder that a walk has already seen. */
  #folderAt(resolved: VirtualPath, path: VirtualPath): MemoryFolder {
    let node: MemoryNode | undefined = this.#root;
    for (const name of namesOf(resolved))
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined;
    if (node?.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    return node;
  }
}
