import {
  chmodSync,
  existsSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { servingIdentity } from './identity.ts';

/** What stands at a name: the content of a file, or more about it. A name that ends in `/` is a folder. */
export type TreeEntry =
  | string
  | Uint8Array
  | {
      readonly content?: string | Uint8Array;
      /** Target of a symbolic link. */
      readonly link?: string;
      /** Permission bits. Default: 0644 for files, 0755 for folders. */
      readonly mode?: number;
      /** ISO date of the last change. Default: now. */
      readonly mtime?: string;
    };

/** Files by path, relative to the root of the tree; missing parent folders are made. */
export type Tree = Readonly<Record<string, TreeEntry>>;

/** A fresh folder that others may enter, removed by `removeFolder`. */
export function temporaryFolder(prefix = 'ftpd-test-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755);
  return folder;
}

const SLASH = Buffer.from('/');

/** Gives back the permissions without which an ordinary user cannot remove what is in a folder. Names are bytes. */
function openFolders(folder: Buffer): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) openFolders(Buffer.concat([folder, SLASH, entry.name]));
  }
}

/** Removes a folder with all it holds, closed folders included. */
export function removeFolder(folder: string): void {
  if (existsSync(folder) && !servingIdentity().isRoot) openFolders(Buffer.from(folder));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Makes a folder and every missing parent below `root`, owned by the account that serves. */
function makeFolder(root: string, path: string): void {
  const { uid, gid } = servingIdentity();
  let at = root;
  for (const part of ['', ...relative(root, path).split(sep)]) {
    at = join(at, part);
    if (mkdirSync(at, { recursive: true }) !== undefined) lchownSync(at, uid, gid);
  }
}

/** Writes the tree below `root`, owned by the account that serves. Modes come last, so that a folder may be closed. */
export function makeTree(root: string, tree: Tree): void {
  const { uid, gid } = servingIdentity();
  makeFolder(root, root);
  const finish: (() => void)[] = [];
  for (const [name, given] of Object.entries(tree)) {
    const entry = typeof given === 'string' || given instanceof Uint8Array ? { content: given } : given;
    const isFolder = name.endsWith('/');
    const path = join(root, name);
    makeFolder(root, isFolder ? path : dirname(path));
    if (entry.link !== undefined) symlinkSync(entry.link, path);
    else if (!isFolder) writeFileSync(path, entry.content ?? '', { mode: 0o644 });
    lchownSync(path, uid, gid);
    finish.push(() => {
      const { mode, mtime } = entry;
      if (mode !== undefined) chmodSync(path, mode);
      if (mtime !== undefined) lutimesSync(path, new Date(mtime), new Date(mtime));
    });
  }
  // Children before parents: making a child changes its parent's date, and a closed parent hides its children.
  for (const step of finish.reverse()) step();
}
