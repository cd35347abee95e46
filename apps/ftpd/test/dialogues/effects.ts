import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Effect } from './dialogue.ts';

function lstat(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function* complaints(path: string, expected: Effect): Generator<string> {
  const stats = lstat(path);
  if (expected === null) {
    if (stats !== undefined) yield 'is there, should not be';
    return;
  }
  if (stats === undefined) {
    yield 'is missing';
    return;
  }
  if (typeof expected === 'string' || expected instanceof Uint8Array) {
    const content = readFileSync(path);
    if (!content.equals(Buffer.from(expected as string)))
      yield `holds ${JSON.stringify(content.toString('latin1'))}`;
    return;
  }
  const { content, mode, mtime, bytes, isFolder, link } = expected;
  if (content !== undefined && readFileSync(path, 'utf8') !== content)
    yield `holds ${JSON.stringify(readFileSync(path, 'utf8'))}`;
  if (mode !== undefined && (stats.mode & 0o7777) !== mode)
    yield `has mode 0${(stats.mode & 0o7777).toString(8)}`;
  if (mtime !== undefined && Math.floor(stats.mtimeMs / 1000) * 1000 !== Date.parse(mtime))
    yield `is dated ${stats.mtime.toISOString()}`;
  if (bytes !== undefined && stats.size !== bytes) yield `has ${stats.size} bytes`;
  if (isFolder !== undefined && stats.isDirectory() !== isFolder)
    yield isFolder ? 'is no folder' : 'is a folder';
  if (link !== undefined && (!stats.isSymbolicLink() || readlinkSync(path) !== link))
    yield 'is not that link';
}

/** What is wrong with the files below `root`; empty when all is as expected. */
export function effectComplaints(root: string, leaves: Readonly<Record<string, Effect>>): readonly string[] {
  return Object.entries(leaves).flatMap(([name, effect]) =>
    [...complaints(join(root, name), effect)].map((complaint) => `${name} ${complaint}`),
  );
}
