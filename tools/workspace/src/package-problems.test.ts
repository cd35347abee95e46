import { describe, expect, it } from 'vitest';
import { packageProblems } from './package-problems.ts';

const manifest = { name: '@ftpd/x', dependencies: { good: '^1.0.0', '@ftpd/y': '^0.0.0' } };
const lock = {
  packages: {
    'node_modules/good': { license: 'BSD-3-Clause' },
    'node_modules/@ftpd/y': { link: true },
    'node_modules/scripted': { license: 'MIT', hasInstallScript: true },
    'node_modules/koffi': { license: 'MIT', hasInstallScript: true },
    'node_modules/closed': { license: 'GPL-3.0' },
    'node_modules/offered': { license: '(BSD-3-Clause OR GPL-2.0)' },
    'node_modules/both': { license: '(MIT AND GPL-2.0)' },
  },
};

function files(...paths: string[]): { path: string }[] {
  return paths.map((path) => ({ path }));
}

const whole = ['LICENSE', 'README.md', 'package.json', 'dist/index.js'];

describe('packageProblems', () => {
  it('finds nothing wrong with a whole package', () => {
    expect(packageProblems(files(...whole), 1000, manifest, lock)).toEqual([]);
  });

  it.each([
    [['LICENSE', 'package.json', 'dist/index.js'], 'has no README.md.'],
    [['LICENSE', 'README.md', 'package.json'], 'has no dist/: run npm run build first.'],
    [[...whole, 'src/index.ts'], 'publishes src/index.ts, which is no use to its users.'],
    [[...whole, 'dist/a.test.js'], 'publishes the test dist/a.test.js.'],
  ])('with %j', (paths, problem) => {
    expect(packageProblems(files(...paths), 1000, manifest, lock)).toEqual([problem]);
  });

  it('takes a script that may be refused', () => {
    const tolerant = { name: '@ftpd/x', dependencies: { koffi: '^3.0.0' } };
    expect(packageProblems(files(...whole), 1000, tolerant, lock)).toEqual([]);
  });

  it('takes a licence that is offered among others', () => {
    const offered = { name: '@ftpd/x', dependencies: { offered: '^1.0.0' } };
    expect(packageProblems(files(...whole), 1000, offered, lock)).toEqual([]);
  });

  it('minds the size', () => {
    expect(packageProblems(files(...whole), 1e7, manifest, lock)).toHaveLength(1);
  });

  it.each([
    ['scripted', 'depends on scripted, which runs a script when it is installed.'],
    ['closed', 'depends on closed, whose licence is GPL-3.0.'],
    ['both', 'depends on both, whose licence is (MIT AND GPL-2.0).'],
    ['lost', 'depends on lost, which package-lock.json does not have: run npm run lock.'],
  ])('minds the dependency %s', (name, problem) => {
    const dependencies = { [name]: '^1.0.0' };
    expect(packageProblems(files(...whole), 1000, { name: '@ftpd/x', dependencies }, lock)).toEqual([
      problem,
    ]);
  });
});
