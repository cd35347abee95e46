import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRunFile } from './run-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-run-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('writeRunFile', () => {
  it('replaces a stale file, and is gone in the end', () => {
    const path = join(folder, 'pid');
    writeFileSync(path, '1\n', { mode: 0o600 });
    const file = writeRunFile(path, '42\n');
    expect(readFileSync(path, 'utf8')).toBe('42\n');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    file.remove();
    file.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('leaves the file of a daemon that started later', () => {
    const path = join(folder, 'pid');
    const file = writeRunFile(path, '42\n');
    writeRunFile(path, '43\n');
    file.remove();
    expect(readFileSync(path, 'utf8')).toBe('43\n');
  });

  it('never removes what is no file, such as /dev/null', () => {
    const path = join(folder, 'socket');
    execFileSync('mkfifo', [path]);
    expect(() => writeRunFile(path, '42\n')).toThrow('Something that is no file is in its place');
    expect(statSync(path).isFIFO()).toBe(true);
  });

  it('never writes through a link', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(folder, 'pid'));
    writeRunFile(join(folder, 'pid'), '42\n').remove();
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });
});
