import {
  chmodSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What stands at a name; a name that ends in `/` is a folder. */
export interface OwnedEntry {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  /** Default: a few words. */
  readonly content?: string;
  /** Target of a symbolic link. */
  readonly link?: string;
}

/** Entries by their path; a folder stands before what it holds. */
export type OwnedTree = Readonly<Record<string, OwnedEntry>>;

/** When everything in such a tree was changed last. */
const OLD = new Date('2002-02-02T02:02:02Z');
/** What is younger was changed by the test. */
const YOUNG_MS = Date.parse('2020-01-01T00:00:00Z');

function makeEntry(path: string, { uid, gid, mode, link, content = 'what was there' }: OwnedEntry): void {
  mkdirSync(dirname(path), { recursive: true });
  if (link !== undefined) symlinkSync(link, path);
  else if (path.endsWith('/')) mkdirSync(path, { recursive: true });
  else writeFileSync(path, content);
  const plain = path.replace(/\/$/, '');
  lchownSync(plain, uid, gid);
  if (link === undefined) chmodSync(plain, mode);
}

/** Makes the tree below `root`. It takes root to give files away. */
export function makeOwnedTree(root: string, tree: OwnedTree): void {
  const names = Object.keys(tree);
  for (const name of names) makeEntry(join(root, name), tree[name] as OwnedEntry);
  // Children before parents: making a child changes its parent's date.
  for (const name of names.toReversed()) lutimesSync(join(root, name).replace(/\/$/, ''), OLD, OLD);
}

/** Type, mode, owner, group and date of one entry. */
export function lookOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  const type = stats.isSymbolicLink()
    ? `link to ${readlinkSync(path)}`
    : stats.isDirectory()
      ? 'folder'
      : `file of ${stats.size}`;
  const date = stats.mtimeMs > YOUNG_MS ? 'now' : stats.mtime.toISOString().replace('.000Z', 'Z');
  return `${type} ${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid} ${date}`;
}

/** How all looks below `root`, by path in order. */
export function looksBelow(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(['.', ...names].map((name) => [name, lookOf(join(root, name))]));
}
