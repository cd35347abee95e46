import { StorageError, type StorageErrorCode } from './errors.ts';
import { MemoryOpenFile } from './memory-file.ts';
import { isAllowed, isMember, isOwner, mayRemoveEntry, type Right } from './memory-permission.ts';
import { describeNode, type MemoryFolder, type MemoryNode, type MemoryTree } from './memory-tree.ts';
import type { DirectoryEntry, FileStat, FileTimes, Identity, ListOptions, OpenFile, StorageView, WriteOptions } from './storage.ts';
import { walkPath, type WalkAnswer } from './symlink-walk.ts';
import { isWithin, joinPath, nameOf, parentOf, rootPath, type VirtualPath } from './virtual-path.ts';

interface MemoryViewOptions {
  readonly tree: MemoryTree;
  readonly root: MemoryFolder;
  readonly identity: Identity;
  readonly onClose: () => void;
}

/** An object, or the place where one may be made. */
interface Place {
  readonly path: VirtualPath;
  readonly folder: MemoryFolder;
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

/** A memory storage as one user sees it below one root. */
export class MemoryView implements StorageView {
  readonly #tree: MemoryTree;
  readonly #root: MemoryFolder;
  readonly #identity: Identity;
  readonly #onClose: () => void;
  readonly #open = new Set<OpenFile>();
  #isClosed = false;

  constructor({ tree, root, identity, onClose }: MemoryViewOptions) {
    this.#tree = tree;
    this.#root = root;
    this.#identity = identity;
    this.#onClose = onClose;
  }

  async stat(path: VirtualPath, options: { readonly followsSymlinks?: boolean } = {}): Promise<FileStat> {
    return describeNode(this.#find(path, options.followsSymlinks !== false).node, this.#identity);
  }

  async resolve(path: VirtualPath, options: { readonly mayBeMissing?: boolean } = {}): Promise<VirtualPath> {
    return this.#place(path, { followsLast: true, mayBeMissing: options.mayBeMissing === true }).path;
  }

  async *list(path: VirtualPath, options: ListOptions = {}): AsyncGenerator<readonly DirectoryEntry[], void> {
    const { batchSize = 256, followsSymlinks = false, filter = () => true } = options;
    const { node, path: resolved } = this.#find(path, true);
    if (node.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    this.#demand(node, 'read', path);
    const names = [...node.entries.keys()].filter((name) => filter(name));
    for (let at = 0; at < names.length; at += batchSize) {
      this.#demandOpen();
      const batch: DirectoryEntry[] = [];
      for (const name of names.slice(at, at + batchSize)) {
        const entry = node.entries.get(name);
        if (entry === undefined) continue;
        const shown = followsSymlinks && entry.kind === 'symlink' ? this.#behind(joinPath(resolved, name), entry) : entry;
        batch.push({ name, ...describeNode(shown, this.#identity) });
      }
      if (batch.length > 0) yield batch;
    }
  }

  async openRead(path: VirtualPath): Promise<OpenFile> {
    const place = this.#find(path, true);
    this.#demand(place.node, 'read', path);
    return this.#opened(place, 'read');
  }

  async openWrite(path: VirtualPath, { disposition, mode }: WriteOptions): Promise<OpenFile> {
    const isExclusive = disposition === 'exclusive';
    const place = this.#place(path, { followsLast: !isExclusive, mayBeMissing: true });
    const access = disposition === 'append' ? 'append' : 'write';
    if (place.node === undefined) {
      this.#demand(place.folder, 'write', path);
      const node = this.#tree.makeFile(mode, this.#identity);
      this.#tree.attach(place.folder, place.name, node);
      return this.#opened({ ...place, node }, access);
    }
    if (isExclusive) throw new StorageError('STORAGE_EXISTS', { path });
    if (place.node.kind === 'directory') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    this.#demand(place.node, 'write', path);
    const opened = this.#opened({ ...place, node: place.node }, access);
    if (disposition === 'replace') await opened.truncate(0);
    return opened;
  }

  async remove(path: VirtualPath): Promise<void> {
    const { node, folder, name } = this.#find(path, false);
    if (node.kind === 'directory') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    this.#demandRemoval(folder, node, path);
    this.#tree.detach(folder, name);
    this.#tree.discard(node);
  }

  async makeDirectory(path: VirtualPath, { mode }: { readonly mode: number }): Promise<void> {
    this.#make(path, () => this.#tree.makeFolder(mode, this.#identity));
  }

  async makeSymlink(target: string, path: VirtualPath): Promise<void> {
    if (target === '') throw new StorageError('STORAGE_NOT_FOUND', { path });
    if (target.includes('\0')) throw new StorageError('STORAGE_BAD_NAME', { path });
    this.#make(path, () => this.#tree.makeLink(target, this.#identity));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    const { node, folder, name } = this.#find(path, false);
    if (node === this.#root) throw new StorageError('STORAGE_BUSY', { path });
    if (node.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    this.#demandRemoval(folder, node, path);
    if (node.entries.size > 0) throw new StorageError('STORAGE_NOT_EMPTY', { path });
    this.#tree.detach(folder, name);
  }

  async rename(from: VirtualPath, to: VirtualPath): Promise<void> {
    const source = this.#find(from, false);
    const target = this.#place(to, { followsLast: false, mayBeMissing: true });
    if (source.path === rootPath || target.path === rootPath) throw new StorageError('STORAGE_BUSY', { path: from });
    if (source.node === target.node) return;
    if (source.node.kind === 'directory' && isWithin(target.path, source.path)) {
      throw new StorageError('STORAGE_BAD_NAME', { path: to });
    }
    this.#demandRemoval(source.folder, source.node, from);
    this.#demand(target.folder, 'write', to);
    if (target.node !== undefined) this.#demandReplaceable(source.node, target, target.node, to);
    this.#tree.detach(source.folder, source.name);
    if (target.node !== undefined) {
      this.#tree.detach(target.folder, target.name);
      this.#tree.discard(target.node);
    }
    this.#tree.attach(target.folder, target.name, source.node);
    source.node.changedMs = this.#tree.now();
  }

  async setTimes(path: VirtualPath, times: FileTimes): Promise<void> {
    const node = this.#owned(path);
    node.modifiedMs = times.modifiedMs;
    node.accessedMs = times.accessedMs ?? node.accessedMs;
    node.changedMs = this.#tree.now();
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    const node = this.#owned(path);
    node.mode = mode & 0o7777;
    node.changedMs = this.#tree.now();
  }

  async setGroup(path: VirtualPath, gid: number): Promise<void> {
    const node = this.#owned(path);
    if (this.#identity.uid !== 0 && !isMember(this.#identity, gid)) throw notPermitted(path);
    node.gid = gid;
    node.changedMs = this.#tree.now();
  }

  async mayAccess(path: VirtualPath, wanted: Readonly<Partial<Record<Right, boolean>>>): Promise<boolean> {
    try {
      const { node } = this.#find(path, true);
      return (['read', 'write', 'execute'] as const).every((right) => wanted[right] !== true || isAllowed(node, this.#identity, right));
    } catch (error) {
      if (error instanceof StorageError && error.code === 'STORAGE_DENIED') return false;
      throw error;
    }
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    this.#find(path, true);
    return this.#tree.budget.freeBytes;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    await Promise.all([...this.#open].map((file) => file.close()));
  }

  #make(path: VirtualPath, node: () => MemoryNode): void {
    const place = this.#place(path, { followsLast: false, mayBeMissing: true });
    if (place.node !== undefined) throw new StorageError('STORAGE_EXISTS', { path });
    this.#demand(place.folder, 'write', path);
    this.#tree.attach(place.folder, place.name, node());
  }

  #opened(place: Place & { readonly node: MemoryNode }, access: 'read' | 'write' | 'append'): OpenFile {
    const { node: file, path } = place;
    if (file.kind !== 'file') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    const onClose = (closed: OpenFile): void => void this.#open.delete(closed);
    const opened = new MemoryOpenFile({ tree: this.#tree, file, path, identity: this.#identity, access, onClose });
    this.#open.add(opened);
    return opened;
  }

  #find(path: VirtualPath, followsLast: boolean): Place & { readonly node: MemoryNode } {
    const place = this.#place(path, { followsLast, mayBeMissing: false });
    if (place.node === undefined) throw new StorageError('STORAGE_NOT_FOUND', { path });
    return { ...place, node: place.node };
  }

  #place(path: VirtualPath, options: { readonly followsLast: boolean; readonly mayBeMissing: boolean }): Place {
    this.#demandOpen();
    const walk = walkPath(path, options);
    let step = walk.next();
    while (step.done !== true) step = walk.next(this.#answer(this.#folderAt(step.value.folder, path), step.value.name, path));
    const resolved = step.value.path;
    const folder = this.#folderAt(parentOf(resolved), path);
    if (resolved === rootPath) return { path: resolved, folder, name: '', node: this.#root };
    const name = nameOf(resolved);
    return { path: resolved, folder, name, node: folder.entries.get(name) };
  }

  #answer(folder: MemoryFolder, name: string, path: VirtualPath): WalkAnswer {
    this.#demand(folder, 'execute', path);
    const node = folder.entries.get(name);
    if (node === undefined) return { kind: 'missing' };
    return node.kind === 'symlink' ? { kind: 'symlink', target: node.target } : { kind: node.kind === 'file' ? 'other' : 'directory' };
  }

  /** A folder that a walk has already seen. */
  #folderAt(resolved: VirtualPath, path: VirtualPath): MemoryFolder {
    let node: MemoryNode | undefined = this.#root;
    for (const name of resolved === rootPath ? [] : resolved.slice(1).split('/')) {
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined;
    }
    if (node?.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    return node;
  }

  #behind(path: VirtualPath, link: MemoryNode): MemoryNode {
    try {
      return this.#find(path, true).node;
    } catch {
      return link;
    }
  }

  #owned(path: VirtualPath): MemoryNode {
    const { node } = this.#find(path, true);
    if (!isOwner(node, this.#identity)) throw notPermitted(path);
    return node;
  }

  #demandReplaceable(source: MemoryNode, target: Place, replaced: MemoryNode, path: VirtualPath): void {
    this.#demandRemoval(target.folder, replaced, path);
    const refusal = refusalToReplace(source, replaced);
    if (refusal !== undefined) throw new StorageError(refusal, { path });
  }

  #demandRemoval(folder: MemoryFolder, entry: MemoryNode, path: VirtualPath): void {
    if (!mayRemoveEntry(folder, entry, this.#identity)) throw new StorageError('STORAGE_DENIED', { path });
  }

  #demand(node: MemoryNode, right: Right, path: VirtualPath): void {
    if (!isAllowed(node, this.#identity, right)) throw new StorageError('STORAGE_DENIED', { path });
  }

  #demandOpen(): void {
    if (this.#isClosed) throw new StorageError('STORAGE_CLOSED');
  }
}

/** Why rename(2) would not put the one in the place of the other. */
function refusalToReplace(source: MemoryNode, replaced: MemoryNode): StorageErrorCode | undefined {
  if (source.kind !== 'directory') return replaced.kind === 'directory' ? 'STORAGE_IS_DIRECTORY' : undefined;
  if (replaced.kind !== 'directory') return 'STORAGE_NOT_DIRECTORY';
  return replaced.entries.size > 0 ? 'STORAGE_NOT_EMPTY' : undefined;
}

function notPermitted(path: VirtualPath): StorageError {
  return new StorageError('STORAGE_DENIED', { path, message: 'Operation not permitted' });
}
