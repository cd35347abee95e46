import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Told {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly written: number;
  readonly sizeBytes: number;
  readonly leaked: number;
  readonly small: string;
}

/** Ways to have a disk of about 1 MB: a file system that is full, where it may be mounted; else a limit of the process. */
const fullFileSystem = {
  with: ['unshare', '-rm'],
  first: 'mount -t tmpfs -o size=1m tmpfs "$1"',
  code: 'STORAGE_FULL',
  message: 'No space left on device',
};
const limitedFile = {
  with: [],
  first: 'ulimit -f 1024',
  code: 'STORAGE_TOO_LARGE',
  message: 'File too large',
};
type Way = typeof fullFileSystem | typeof limitedFile;

const inside = (
  { with: outer, first }: Way,
  root: string,
  program: readonly string[],
): [string, string[]] => {
  const [command = '', ...args] = [
    ...outer,
    'sh',
    '-c',
    `${first} && shift && exec "$@"`,
    'sh',
    root,
    ...program,
  ];
  return [command, args];
};

describe('a disk that ends', () => {
  let root: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-local-'));
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  const fill = (way: Way): Told => {
    const program = [
      process.execPath,
      '--conditions=@ftpd/source',
      '--no-warnings',
      path.join(import.meta.dirname, 'fill-disk.ts'),
      root,
    ];
    return JSON.parse(execFileSync(...inside(way, root, program)).toString()) as Told;
  };

  it('refuses the write with its kind, keeps what was written and the storage working', () => {
    const canMount = spawnSync(...inside(fullFileSystem, root, ['true'])).status === 0;
    const ways: readonly Way[] = canMount ? [fullFileSystem, limitedFile] : [limitedFile];
    for (const way of ways) {
      const told = fill(way);
      expect(told).toMatchObject({
        code: way.code,
        message: way.message,
        path: '/big',
        leaked: 0,
        small: 'fits again',
      });
      expect(told.written).toBeGreaterThan(200_000);
      expect(told.sizeBytes).toBeGreaterThanOrEqual(told.written);
    }
  });
});
