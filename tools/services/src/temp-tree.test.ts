import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { servingIdentity } from './identity.ts';
import { makeTree, removeFolder, temporaryFolder } from './temp-tree.ts';

describe('a temporary tree', () => {
  test('holds files, folders and links with modes and dates, owned by who serves', () => {
    const root = temporaryFolder();
    makeTree(root, {
      'a/b/file': { content: 'text', mode: 0o600, mtime: '2024-02-03T04:05:06Z' },
      'folder/': { mode: 0o700, mtime: '2024-02-03T04:05:06Z' },
      'folder/inner': 'x',
      link: { link: 'a/b/file' },
    });
    const { uid, gid } = servingIdentity();
    expect(readFileSync(join(root, 'a/b/file'), 'utf8')).toBe('text');
    expect(lstatSync(join(root, 'a/b/file'))).toMatchObject({
      uid,
      gid,
      mode: 0o100600,
      mtimeMs: Date.parse('2024-02-03T04:05:06Z'),
    });
    expect(lstatSync(join(root, 'a'))).toMatchObject({ uid, gid });
    expect(lstatSync(join(root, 'folder'))).toMatchObject({
      mode: 0o040700,
      mtimeMs: Date.parse('2024-02-03T04:05:06Z'),
    });
    expect(readlinkSync(join(root, 'link'))).toBe('a/b/file');
    removeFolder(root);
    expect(existsSync(root)).toBe(false);
  });

  test('is removed with folders that nobody may enter', () => {
    const root = temporaryFolder();
    makeTree(root, { 'closed/file': 'x', 'closed/': { mode: 0 } });
    removeFolder(root);
    expect(existsSync(root)).toBe(false);
  });
});
