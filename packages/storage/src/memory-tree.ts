import { MemoryBudget, MemoryContent } from './memory-content.ts';
import type { FileStat, Identity } from './storage.ts';

/** What every object of a memory storage has. */
interface MemoryObject {
  readonly inode: number;
  readonly createdMs: number;
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
  changedMs: number;
  accessedMs: number;
}

export interface MemoryFile extends MemoryObject {
  readonly kind: 'file';
  readonly content: MemoryContent;
  linkCount: number;
  openCount: number;
}

export interface MemoryFolder extends MemoryObject {
  readonly kind: 'directory';
  readonly entries: Map<string, MemoryNode>;
  /** Absent: the root of the tree, or removed. */
  parent: MemoryFolder | undefined;
}

export interface MemoryLink extends MemoryObject {
  readonly kind: 'symlink';
  readonly target: string;
}

export type MemoryNode = MemoryFile | MemoryFolder | MemoryLink;

export interface MemoryTreeOptions {
  readonly maxBytes: number;
  readonly rootMode: number;
  readonly now: () => number;
}

type Owner = Pick<Identity, 'uid' | 'gid'>;

/** The objects of a memory storage: makes them, gives back their room, describes them. */
export class MemoryTree {
  readonly root: MemoryFolder;
  readonly budget: MemoryBudget;
  readonly now: () => number;
  #lastInode = 1;

  constructor(options: MemoryTreeOptions) {
    this.now = options.now;
    this.budget = new MemoryBudget(options.maxBytes);
    this.root = this.makeFolder(options.rootMode, { uid: 0, gid: 0 });
  }

  makeFile(mode: number, owner: Owner): MemoryFile {
    return {
      kind: 'file',
      ...this.#object(mode, owner),
      content: new MemoryContent(this.budget),
      linkCount: 1,
      openCount: 0,
    };
  }

  makeFolder(mode: number, owner: Owner): MemoryFolder {
    return { kind: 'directory', ...this.#object(mode, owner), entries: new Map(), parent: undefined };
  }

  makeLink(target: string, owner: Owner): MemoryLink {
    return { kind: 'symlink', ...this.#object(0o777, owner), target };
  }

  attach(folder: MemoryFolder, name: string, node: MemoryNode): void {
    folder.entries.set(name, node);
    if (node.kind === 'directory') node.parent = folder;
    this.#touch(folder);
  }

  detach(folder: MemoryFolder, name: string): void {
    const node = folder.entries.get(name);
    folder.entries.delete(name);
    if (node?.kind === 'directory') node.parent = undefined;
    this.#touch(folder);
  }

  /** Takes an object that has no name any more out of the world; an open file keeps its bytes until it is closed. */
  discard(node: MemoryNode): void {
    if (node.kind !== 'file') return;
    node.linkCount = 0;
    this.release(node);
  }

  release(file: MemoryFile): void {
    if (file.linkCount === 0 && file.openCount === 0) file.content.truncate(0);
  }

  #touch(folder: MemoryFolder): void {
    folder.modifiedMs = this.now();
    folder.changedMs = folder.modifiedMs;
  }

  #object(mode: number, { uid, gid }: Owner): MemoryObject {
    const time = this.now();
    this.#lastInode += 1;
    const times = { createdMs: time, modifiedMs: time, changedMs: time, accessedMs: time };
    return { inode: this.#lastInode, mode: mode & 0o7777, uid, gid, ...times };
  }
}

/** Describes an object as `stat` gives it. */
export function describeNode(node: MemoryNode, identity: Identity): FileStat {
  const { kind, mode, uid, gid, modifiedMs, changedMs, accessedMs, createdMs, inode } = node;
  return {
    kind,
    sizeBytes: sizeOf(node),
    mode,
    modifiedMs,
    changedMs,
    accessedMs,
    createdMs,
    uid,
    gid,
    ...(uid === identity.uid && { owner: identity.user }),
    ...(gid === identity.gid && identity.group !== undefined && { group: identity.group }),
    linkCount: linkCountOf(node),
    device: 1,
    inode,
    ...(node.kind === 'symlink' && { target: node.target }),
  };
}

function sizeOf(node: MemoryNode): number {
  if (node.kind === 'file') return node.content.sizeBytes;
  return node.kind === 'symlink' ? Buffer.byteLength(node.target) : 4096;
}

function linkCountOf(node: MemoryNode): number {
  if (node.kind === 'file') return node.linkCount;
  if (node.kind === 'symlink') return 1;
  let count = 2;
  for (const entry of node.entries.values()) if (entry.kind === 'directory') count += 1;
  return count;
}
