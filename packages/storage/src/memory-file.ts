import { StorageError } from './errors.ts';
import { describeNode, type MemoryFile, type MemoryTree } from './memory-tree.ts';
import type { FileStat, Identity, OpenFile } from './storage.ts';
import type { VirtualPath } from './virtual-path.ts';

export interface MemoryOpening {
  readonly tree: MemoryTree;
  readonly file: MemoryFile;
  readonly path: VirtualPath;
  readonly identity: Identity;
  readonly access: 'read' | 'write' | 'append';
  readonly onClose: (opened: MemoryOpenFile) => void;
}

/** An open file of a memory storage. */
export class MemoryOpenFile implements OpenFile {
  readonly path: VirtualPath;
  readonly #opening: MemoryOpening;
  #isClosed = false;

  constructor(opening: MemoryOpening) {
    this.path = opening.path;
    this.#opening = opening;
    opening.file.openCount += 1;
  }

  async read(buffer: Uint8Array, positionBytes: number): Promise<number> {
    const file = this.#file('read', positionBytes);
    file.accessedMs = this.#opening.tree.now();
    return file.content.read(buffer, positionBytes);
  }

  async write(bytes: Uint8Array | readonly Uint8Array[], positionBytes: number): Promise<void> {
    const { access } = this.#opening;
    const file = this.#file('write', access === 'append' ? 0 : positionBytes);
    this.#touch(file);
    let position = access === 'append' ? file.content.sizeBytes : positionBytes;
    try {
      for (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
        file.content.write(chunk, position);
        position += chunk.byteLength;
      }
    } catch (error) {
      throw new StorageError('STORAGE_FULL', { path: this.path, cause: error });
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    const file = this.#file('write', sizeBytes);
    this.#touch(file);
    file.content.truncate(sizeBytes);
  }

  async stat(): Promise<FileStat> {
    return describeNode(this.#file(undefined, 0), this.#opening.identity);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { file, tree, onClose } = this.#opening;
    file.openCount -= 1;
    tree.release(file);
    onClose(this);
  }

  #file(wanted: 'read' | 'write' | undefined, positionBytes: number): MemoryFile {
    const { access, file } = this.#opening;
    if (this.#isClosed) throw new StorageError('STORAGE_CLOSED', { path: this.path });
    if (wanted !== undefined && (wanted === 'read') !== (access === 'read')) {
      throw new StorageError('STORAGE_DENIED', { path: this.path });
    }
    if (!Number.isSafeInteger(positionBytes) || positionBytes < 0)
      throw new StorageError('STORAGE_BAD_NAME', { path: this.path });
    return file;
  }

  #touch(file: MemoryFile): void {
    file.modifiedMs = this.#opening.tree.now();
    file.changedMs = file.modifiedMs;
  }
}
