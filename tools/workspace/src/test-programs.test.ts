import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  debianPackages,
  missingPrograms,
  sayWhatIsMissing,
  searchPath,
  type TestProgram,
} from './test-programs.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-programs-'));
  writeFileSync(join(folder, 'client-of-ours'), '', { mode: 0o755 });
  writeFileSync(join(folder, 'plain-text'), '', { mode: 0o644 });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const absent: TestProgram = { name: 'no-such-cache', debianPackage: 'caches' };

describe('missingPrograms', () => {
  it('finds programs in PATH and in the folders of system programs', () => {
    const present = { name: 'client-of-ours', debianPackage: 'x' };
    expect(missingPrograms([present, absent], `/nowhere:${folder}`)).toEqual([absent]);
  });

  it('takes no file for a program that cannot be run', () => {
    const text = { name: 'plain-text', debianPackage: 'x' };
    expect(missingPrograms([text], folder)).toEqual([text]);
  });

  it('looks for a file where one is named', () => {
    const there = { name: 'module', debianPackage: 'x', file: join(folder, 'plain-text') };
    const away = { name: 'module', debianPackage: 'x', file: join(folder, 'away') };
    expect(missingPrograms([there, away], folder)).toEqual([away]);
  });
});

describe('searchPath', () => {
  it('adds the folders of system programs once, and last', () => {
    expect(searchPath('/usr/sbin::/usr/bin')).toBe('/usr/sbin:/usr/bin:/usr/local/sbin:/sbin');
  });
});

describe('sayWhatIsMissing', () => {
  const both: readonly TestProgram[] = [
    absent,
    { name: 'z', debianPackage: 'a' },
    { name: 'y', debianPackage: 'a' },
  ];

  it('gives the line to run, in one sentence', () => {
    expect(sayWhatIsMissing(both, true)).toBe(
      'The tests need no-such-cache, z, y: run "sudo apt-get install -y --no-install-recommends a caches", then npm test again.',
    );
  });

  it('does not speak of sudo where there is no apt-get', () => {
    expect(sayWhatIsMissing(both, false)).not.toContain('sudo');
  });

  it('names each package once', () => {
    expect(debianPackages(both)).toEqual(['a', 'caches']);
  });
});
