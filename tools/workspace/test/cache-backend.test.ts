import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheBackendGenerator } from '../src/cache-backend/generator.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layeringFile = 'tools/workspace/src/layering.ts';

/** A tree with what the generator reads. */
function treeOfThisRepository(): Tree {
  const tree = createTree();
  for (const file of ['packages/cache/LICENSE', layeringFile])
    tree.write(file, readFileSync(join(root, file)));
  return tree;
}

describe('npx nx g @ftpd/tools:cache-backend NAME', () => {
  it('makes a package, a changeset and a row of the layering', () => {
    const tree = treeOfThisRepository();
    cacheBackendGenerator(tree, { name: 'foo-bar' });
    expect(tree.children('packages/cache-foo-bar').sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
      'src',
      'test',
      'tsconfig.json',
      'tsup.config.ts',
    ]);
    expect(tree.read('packages/cache-foo-bar/src/foo-bar-cache.ts', 'utf8')).toContain(
      'function createFooBarCache(',
    );
    expect(tree.read('.changeset/cache-foo-bar.md', 'utf8')).toContain("'@ftpd/cache-foo-bar': minor");
    expect(tree.read(layeringFile, 'utf8')).toContain(
      "  'packages/cache-foo-bar': { mayImport: ['packages/cache'] },\n  'packages/ban'",
    );
  });

  it('writes over nothing', () => {
    const tree = treeOfThisRepository();
    cacheBackendGenerator(tree, { name: 'foo' });
    expect(() => cacheBackendGenerator(tree, { name: 'foo' })).toThrow('is there already');
    expect(() => cacheBackendGenerator(createTree(), { name: 'foo' })).toThrow('made for');
  });

  it('is found by nx under this name', () => {
    const generators = JSON.parse(readFileSync(join(root, 'tools/workspace/generators.json'), 'utf8')) as {
      readonly generators: Readonly<Record<string, { readonly factory: string; readonly schema: string }>>;
    };
    const { factory, schema } = generators.generators['cache-backend']!;
    expect(factory).toBe('./src/cache-backend/generator.ts#cacheBackendGenerator');
    const { properties } = JSON.parse(readFileSync(join(root, 'tools/workspace', schema), 'utf8')) as {
      readonly properties: { readonly name: { readonly pattern: string } };
    };
    const pattern = new RegExp(properties.name.pattern);
    expect(['foo', 'foo-2', 'Foo', 'foo_bar', '-foo', '../foo'].map((name) => pattern.test(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a package that was made', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ftpd-cache-backend-'));
    const copied = [
      'package.json',
      'tsconfig.base.json',
      'tsup.base.ts',
      'vitest.config.ts',
      '.oxlintrc.json',
      '.oxfmtrc.json',
    ];
    for (const file of [...copied, 'packages/cache', 'tools/workspace/src/count-reporter.ts'])
      cpSync(join(root, file), join(folder, file), {
        recursive: true,
        filter: (path) => !/\/(dist|node_modules)$/.test(path),
      });
    linkModules();
    const tree = treeOfThisRepository();
    cacheBackendGenerator(tree, { name: 'zzz' });
    for (const { path, content } of tree.listChanges()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content ?? '');
    }
    symlinkSync('../../packages/cache-zzz', join(folder, 'node_modules/@ftpd/cache-zzz'));
    const { code, output } = await run('packages/cache', 'tsup');
    if (code !== 0) throw new Error(output);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** All that is installed here, and the packages of the copy instead of ours. */
  function linkModules(): void {
    for (const each of ['node_modules/@ftpd', 'apps']) mkdirSync(join(folder, each), { recursive: true });
    for (const name of readdirSync(join(root, 'node_modules')))
      if (name !== '@ftpd') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    symlinkSync('../../packages/cache', join(folder, 'node_modules/@ftpd/cache'));
  }

  function run(
    place: string,
    program: string,
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly output: string }> {
    const bin = join(root, 'node_modules/.bin');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, NO_COLOR: '1' };
    return new Promise((resolve) => {
      execFile(join(bin, program), args, { cwd: join(folder, place), env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
      );
    });
  }

  it('builds and packs', async () => {
    expect(await run('packages/cache-zzz', 'tsup')).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, 'packages/cache-zzz/dist')).sort()).toEqual([
      'index.cjs',
      'index.d.cts',
      'index.d.ts',
      'index.js',
    ]);
    expect(await run('packages/cache-zzz', 'publint', '--strict')).toMatchObject({ code: 0 });
  }, 120_000);

  it('lints', async () => {
    const { code, output } = await run(
      '.',
      'oxlint',
      '--type-aware',
      '--deny-warnings',
      'packages/cache-zzz',
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await run('.', 'oxfmt', '--check', 'packages/cache-zzz')).toMatchObject({ code: 0 });
  }, 120_000);

  it('fails the conformance suite until its functions are written', async () => {
    const { code, output } = await run('.', 'vitest', 'run', '--project', '@ftpd/cache-zzz');
    expect(code).not.toBe(0);
    expect(output).toContain('The driver for zzz://127.0.0.1 is not written yet');
    const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(output) ?? [];
    // What needs no operation holds already, such as capabilities and the end.
    expect(Number(failed)).toBeGreaterThan(30);
    expect(Number(passed)).toBeGreaterThan(5);
  }, 120_000);
});
