import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const isRoot: boolean = process.getuid?.() === 0;

/** A folder for the tests of a file, which others may enter; removed when they are done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posix-test-'));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
