import { StorageError } from './errors.ts';
import { isAllowed } from './memory-permission.ts';
import { MemoryTree, type MemoryNode } from './memory-tree.ts';
import { MemoryView } from './memory-view.ts';
import { encodeName } from './name-codec.ts';
import type { EnterOptions, Storage, StorageView } from './storage.ts';
import { namesOf, virtualPath } from './virtual-path.ts';

export interface MemoryStorageOptions {
  /** How many bytes the files hold together, counted in pages of 16 KiB. Default: 256 MiB. */
  readonly maxBytes?: number;
  /** Permission bits of the root folder, which belongs to uid 0. Default: 0o777, everybody may write. */
  readonly rootMode?: number;
  /** Files to start with: absolute path → content. Missing folders are made; all belongs to uid 0. Default: none. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The clock, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * A storage in memory, for tests and demonstrations: modes, owners, symlinks and times as a disk has them. It judges
 * every operation by the mode bits and the identity of the view.
 */
export function createMemoryStorage(options: MemoryStorageOptions = {}): Storage {
  const { maxBytes = 256 * 1024 * 1024, rootMode = 0o777, files = {}, now = Date.now } = options;
  const tree = new MemoryTree({ maxBytes, rootMode, now });
  for (const [path, content] of Object.entries(files)) plant(tree, path, content);
  const views = new Set<MemoryView>();
  let isClosed = false;
  return {
    capabilities: { symlinks: true, modes: true, groups: true, enforcesIdentity: true },
    async enter(entering: EnterOptions): Promise<StorageView> {
      if (isClosed || entering.signal?.aborted === true) throw new StorageError('STORAGE_CLOSED');
      const root = findRoot(tree, entering);
      const view = new MemoryView({
        tree,
        root,
        identity: entering.identity,
        onClose: () => views.delete(view),
      });
      views.add(view);
      entering.signal?.addEventListener('abort', () => void view.close(), { once: true });
      return view;
    },
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([...views].map((view) => view.close()));
    },
  };
}

function findRoot(
  tree: MemoryTree,
  { root, identity }: EnterOptions,
): Extract<MemoryNode, { kind: 'directory' }> {
  let node: MemoryNode = tree.root;
  for (const name of namesOf(virtualPath(root))) {
    const next: MemoryNode | undefined = node.kind === 'directory' ? node.entries.get(name) : undefined;
    if (next === undefined) throw new StorageError('STORAGE_NOT_FOUND');
    node = next;
  }
  if (node.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY');
  if (!isAllowed(node, identity, 'execute')) throw new StorageError('STORAGE_DENIED');
  return node;
}

function plant(tree: MemoryTree, path: string, content: string | Uint8Array): void {
  const owner = { uid: 0, gid: 0 };
  const names = namesOf(virtualPath(path));
  const last = names.pop();
  if (last === undefined) throw new StorageError('STORAGE_IS_DIRECTORY');
  let folder = tree.root;
  for (const name of names) {
    const next = folder.entries.get(name) ?? tree.makeFolder(0o755, owner);
    if (next.kind !== 'directory') throw new StorageError('STORAGE_NOT_DIRECTORY');
    tree.attach(folder, name, next);
    folder = next;
  }
  const file = tree.makeFile(0o644, owner);
  file.content.write(typeof content === 'string' ? encodeName(content) : content, 0);
  tree.attach(folder, last, file);
}
