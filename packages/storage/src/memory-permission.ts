import type { MemoryFolder, MemoryNode } from './memory-tree.ts';
import type { Identity, NewOwners } from './storage.ts';

export type Right = 'read' | 'write' | 'execute';

const bits: Readonly<Record<Right, number>> = { read: 4, write: 2, execute: 1 };
const sticky = 0o1000;

/** Whether the mode bits let the identity do this; uid 0 may all, but executes only what anybody may execute. */
export function isAllowed(node: MemoryNode, identity: Identity, right: Right): boolean {
  if (identity.uid === 0)
    return right !== 'execute' || node.kind === 'directory' || (node.mode & 0o111) !== 0;
  const shift = node.uid === identity.uid ? 6 : isMember(identity, node.gid) ? 3 : 0;
  return ((node.mode >> shift) & bits[right]) !== 0;
}

export function isMember(identity: Identity, gid: number): boolean {
  return identity.gid === gid || identity.groups.includes(gid);
}

export function isOwner(node: MemoryNode, identity: Identity): boolean {
  return identity.uid === 0 || node.uid === identity.uid;
}

/** Whether an entry may be removed or replaced: write and search, and in a sticky folder its owner's or the entry's own. */
export function mayRemoveEntry(folder: MemoryFolder, entry: MemoryNode, identity: Identity): boolean {
  if (!isAllowed(folder, identity, 'write') || !isAllowed(folder, identity, 'execute')) return false;
  return (folder.mode & sticky) === 0 || isOwner(folder, identity) || isOwner(entry, identity);
}

/** Gives a new node to those it is meant for, as far as the identity may. */
export function giveOwners<Node extends MemoryNode>(node: Node, owners: NewOwners, identity: Identity): Node {
  const { owner = node.uid, group = node.gid } = owners;
  if (identity.uid === 0) node.uid = owner;
  if (identity.uid === 0 || isMember(identity, group)) node.gid = group;
  return node;
}
