import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missingOptionalPackages, registryAddresses, type Lockfile } from '../src/lockfile.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Also where the clone is somebody else's, as in containers. */
const asAnyOwner = ['-c', 'safe.directory=*'];

function git(...args: readonly string[]): string[] {
  return execFileSync('git', [...asAnyOwner, ...args], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((line) => line !== '');
}

/** Files in git that are still there, and no binary ones. */
const files = git('ls-files', '-z').flatMap((file) => {
  const stats = statSync(join(root, file), { throwIfNoEntry: false });
  const text = stats?.isFile() === true ? readFileSync(join(root, file), 'utf8') : '\0';
  return text.includes('\0') ? [] : [{ file, text }];
});

function linesThatMatch(pattern: RegExp, except: readonly string[] = []): string[] {
  return files
    .filter(({ file }) => !except.includes(file))
    .flatMap(({ file, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
}

const thisFile = 'tools/workspace/test/repository.test.ts';

describe('the files in git', () => {
  it('name no path of the machine they were written on', () => {
    expect(linesThatMatch(/(^|[^\w.%-])\/(work|farm|root)\//, [thisFile])).toEqual([]);
  });

  it('name no registry', () => {
    expect(
      linesThatMatch(/registry\.(npmjs\.org|yarnpkg\.com)|"resolved": "https?:|^registry\s*=/, [thisFile]),
    ).toEqual([]);
  });

  it('hold launchers that can be run', () => {
    const runnable = git('ls-files', '-s', '-z', 'apps/ftpd/bin', '.ci/run').flatMap((line) =>
      line.startsWith('100755') ? [line.split('\t')[1]] : [],
    );
    expect(runnable).toEqual(
      expect.arrayContaining(['.ci/run', 'apps/ftpd/bin/ftpasswd', 'apps/ftpd/bin/ftpd']),
    );
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;

  it('has every platform package, so that npm ci takes it everywhere (npm run lock adds them)', () => {
    expect(missingOptionalPackages(lock)).toEqual([]);
  });

  it('names no registry', () => {
    expect(registryAddresses(lock)).toEqual([]);
  });
});
