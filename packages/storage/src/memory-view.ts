import { StorageError, type StorageErrorCode } from './errors.ts';
import { MemoryOpenFile } from './memory-file.ts';
import { MemoryPlaces, type MemoryFound, type MemoryPlace } from './memory-places.ts';
import { giveOwners, isAllowed, isMember, isOwner, mayRemoveEntry, type Right } from './memory-permission.ts';
import { describeNode, type MemoryFolder, type MemoryNode, type MemoryTree } from './memory-tree.ts';
import type { DirectoryEntry, FileStat, FileTimes, Identity, ListOptions } from './storage.ts';
import type { NewFolderOptions, OpenFile, RemovedFile, StorageView, WriteOptions } from './storage.ts';
import { isWithin, joinPath, rootPath, type VirtualPath } from './virtual-path.ts';

interface MemoryViewOptions {
  readonly tree: MemoryTree;
  readonly root: MemoryFolder;
  readonly identity: Identity;
  readonly onClose: () => void;
}

/** A memory storage as one user sees it below one root. */
export class MemoryView implements StorageView {
  readonly #tree: MemoryTree;
  readonly #root: MemoryFolder;
  readonly #places: MemoryPlaces;
  readonly #identity: Identity;
  readonly #onClose: () => void;
  readonly #open = new Set<OpenFile>();
  #isClosed = false;

  constructor({ tree, root, identity, onClose }: MemoryViewOptions) {
    this.#tree = tree;
    this.#root = root;
    this.#identity = identity;
    this.#places = new MemoryPlaces(root, identity);
    this.#onClose = onClose;
  }

  async stat(path: VirtualPath, options: { readonly followsSymlinks?: boolean } = {}): Promise<FileStat> {
    return describeNode(this.#within.find(path, options.followsSymlinks !== false).node, this.#identity);
  }

  async resolve(path: VirtualPath, options: { readonly mayBeMissing?: boolean } = {}): Promise<VirtualPath> {
    return this.#within.place(path, { followsLast: true, mayBeMissing: options.mayBeMissing === true }).path;
  }

  async *list(path: VirtualPath, options: ListOptions = {}): AsyncGenerator<readonly DirectoryEntry[], void> {
    const { followsSymlinks = false, filter = () => true } = options;
    const batchSize = Math.max(1, options.batchSize ?? 256);
    const { node, path: resolved } = this.#within.find(path, true);
    if (node.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    this.#within.demand(node, 'read', path);
    const names = [...node.entries.keys()].filter((name) => filter(name));
    for (let at = 0; at < names.length; at += batchSize) {
      if (this.#isClosed) throw new StorageError('STORAGE_CLOSED', { path });
      const batch: DirectoryEntry[] = [];
      for (const name of names.slice(at, at + batchSize)) {
        const entry = node.entries.get(name);
        if (entry === undefined) continue;
        const shown =
          followsSymlinks && entry.kind === 'symlink'
            ? this.#within.behind(joinPath(resolved, name), entry)
            : entry;
        batch.push({ name, ...describeNode(shown, this.#identity) });
      }
      if (batch.length > 0) yield batch;
    }
  }

  async openRead(path: VirtualPath): Promise<OpenFile> {
    const place = this.#within.find(path, true);
    this.#within.demand(place.node, 'read', path);
    return this.#opened(place, 'read');
  }

  async openWrite(path: VirtualPath, options: WriteOptions): Promise<OpenFile> {
    const { disposition, mode } = options;
    const isExclusive = disposition === 'exclusive';
    const place = this.#within.place(path, { followsLast: !isExclusive, mayBeMissing: true });
    const access = disposition === 'append' ? 'append' : 'write';
    if (place.node === undefined) {
      this.#within.demand(place.folder, 'write', path);
      const node = giveOwners(this.#tree.makeFile(mode, this.#identity), options, this.#identity);
      this.#tree.attach(place.folder, place.name, node);
      return this.#opened({ ...place, node }, access);
    }
    if (isExclusive) throw new StorageError('STORAGE_EXISTS', { path });
    if (place.node.kind === 'directory') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    this.#within.demand(place.node, 'write', path);
    const opened = this.#opened({ ...place, node: place.node }, access);
    if (disposition === 'replace') await opened.truncate(0);
    return opened;
  }

  async remove(path: VirtualPath): Promise<RemovedFile> {
    const { node, folder, name } = this.#within.find(path, false);
    if (node.kind === 'directory') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    this.#demandRemoval(folder, node, path);
    const { sizeBytes } = describeNode(node, this.#identity);
    this.#tree.detach(folder, name);
    this.#tree.discard(node);
    return { sizeBytes };
  }

  async makeDirectory(path: VirtualPath, options: NewFolderOptions): Promise<void> {
    this.#make(path, () =>
      giveOwners(this.#tree.makeFolder(options.mode, this.#identity), options, this.#identity),
    );
  }

  async makeSymlink(target: string, path: VirtualPath): Promise<void> {
    if (target === '') throw new StorageError('STORAGE_NOT_FOUND', { path });
    if (target.includes('\0')) throw new StorageError('STORAGE_BAD_NAME', { path });
    this.#make(path, () => this.#tree.makeLink(target, this.#identity));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    const { node, folder, name } = this.#within.find(path, false);
    if (node === this.#root) throw new StorageError('STORAGE_BUSY', { path });
    if (node.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY', { path });
    this.#demandRemoval(folder, node, path);
    if (node.entries.size > 0) throw new StorageError('STORAGE_NOT_EMPTY', { path });
    this.#tree.detach(folder, name);
  }

  async rename(from: VirtualPath, to: VirtualPath): Promise<void> {
    const source = this.#within.find(from, false);
    const target = this.#within.place(to, { followsLast: false, mayBeMissing: true });
    if (source.path === rootPath || target.path === rootPath)
      throw new StorageError('STORAGE_BUSY', { path: from });
    if (source.node === target.node) return;
    if (source.node.kind === 'directory' && isWithin(target.path, source.path)) {
      throw new StorageError('STORAGE_BAD_NAME', { path: to });
    }
    this.#demandRemoval(source.folder, source.node, from);
    this.#within.demand(target.folder, 'write', to);
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
      const { node } = this.#within.find(path, true);
      return (['read', 'write', 'execute'] as const).every(
        (right) => wanted[right] !== true || isAllowed(node, this.#identity, right),
      );
    } catch (error) {
      if (error instanceof StorageError && error.code === 'STORAGE_DENIED') return false;
      throw error;
    }
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    this.#within.find(path, true);
    return this.#tree.budget.freeBytes;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    await Promise.all([...this.#open].map((file) => file.close()));
  }

  #make(path: VirtualPath, node: () => MemoryNode): void {
    const place = this.#within.place(path, { followsLast: false, mayBeMissing: true });
    if (place.node !== undefined) throw new StorageError('STORAGE_EXISTS', { path });
    this.#within.demand(place.folder, 'write', path);
    this.#tree.attach(place.folder, place.name, node());
  }

  #opened(place: MemoryFound, access: 'read' | 'write' | 'append'): OpenFile {
    const { node: file, path } = place;
    if (file.kind !== 'file') throw new StorageError('STORAGE_IS_DIRECTORY', { path });
    const onClose = (closed: OpenFile): void => void this.#open.delete(closed);
    const opened = new MemoryOpenFile({
      tree: this.#tree,
      file,
      path,
      identity: this.#identity,
      access,
      onClose,
    });
    this.#open.add(opened);
    return opened;
  }

  #owned(path: VirtualPath): MemoryNode {
    const { node } = this.#within.find(path, true);
    if (!isOwner(node, this.#identity)) throw notPermitted(path);
    return node;
  }

  #demandReplaceable(source: MemoryNode, target: MemoryPlace, replaced: MemoryNode, path: VirtualPath): void {
    this.#demandRemoval(target.folder, replaced, path);
    const refusal = refusalToReplace(source, replaced);
    if (refusal !== undefined) throw new StorageError(refusal, { path });
  }

  #demandRemoval(folder: MemoryFolder, entry: MemoryNode, path: VirtualPath): void {
    if (!mayRemoveEntry(folder, entry, this.#identity)) throw new StorageError('STORAGE_DENIED', { path });
  }

  /** Where paths lead, as long as the view is open. */
  get #within(): MemoryPlaces {
    if (this.#isClosed) throw new StorageError('STORAGE_CLOSED');
    return this.#places;
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
