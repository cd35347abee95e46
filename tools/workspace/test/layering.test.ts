import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../src/layering.ts';
import { readWorkspaces } from '../src/workspaces.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** One forbidden import each: the file that has it, its text, and the rule that must speak. */
const forbidden: readonly { rule: string; file: string; text: string }[] = [
  { rule: 'layer-packages-config', file: 'packages/config/src/up.ts', text: `import '@ftpd/storage';` },
  {
    rule: 'layer-packages-storage',
    file: 'packages/storage/src/up.ts',
    text: `import type { x } from '@ftpd/server';`,
  },
  { rule: 'layer-packages-server', file: 'packages/server/src/side.ts', text: `import '@ftpd/config';` },
  { rule: 'layer-packages-server', file: 'packages/server/src/app.ts', text: `import '@ftpd/ftpd';` },
  { rule: 'pure-packages-config', file: 'packages/config/src/disk.ts', text: `import 'node:fs/promises';` },
  {
    rule: 'pure-packages-protocol',
    file: 'packages/protocol/src/socket.ts',
    text: `import type { Socket } from 'node:net';`,
  },
  {
    rule: 'pure-packages-protocol',
    file: 'packages/protocol/src/name.ts',
    text: `export const dns = import('dns');`,
  },
  {
    rule: 'types-only-packages-module',
    file: 'packages/module/src/value.ts',
    text: `import { x } from '@ftpd/server'; export { x };`,
  },
  {
    rule: 'no-path-into-another-workspace',
    file: 'apps/ftpd/src/path.ts',
    text: `import '../../../packages/server/src/index.ts';`,
  },
  {
    rule: 'no-unresolvable-import',
    file: 'apps/ftpd/src/deep.ts',
    text: `import '@ftpd/server/src/index.ts';`,
  },
  {
    rule: 'no-undeclared-dependency',
    file: 'packages/server/src/stranger.ts',
    text: `import 'left-behind';`,
  },
  {
    rule: 'undeclared-workspace-packages-server',
    file: 'packages/server/src/auth.ts',
    text: `import '@ftpd/auth';`,
  },
  { rule: 'no-test-in-source', file: 'packages/server/src/tested.ts', text: `import './index.test.ts';` },
  { rule: 'no-cycle', file: 'packages/auth/src/one.ts', text: `import './two.ts';` },
  {
    rule: 'unknown-workspace',
    file: 'packages/utils/src/pad.ts',
    text: `import '@ftpd/storage'; import './index.ts';`,
  },
];

/** What stands beside them and is allowed. */
const allowed: Readonly<Record<string, string>> = {
  'packages/auth/src/two.ts': `import './one.ts';`,
  'packages/server/src/index.ts': `export { x } from '@ftpd/storage';`,
  'packages/server/src/index.test.ts': `import 'left-behind'; import '@ftpd/storage'; import 'node:net';`,
  'packages/module/src/index.ts': `export type { x } from '@ftpd/server';`,
  'apps/ftpd/src/main.ts': `import 'node:fs'; import '@ftpd/server'; import '@ftpd/storage';`,
};

const dependencies: Readonly<Record<string, readonly string[]>> = {
  'apps/ftpd': ['server', 'storage'],
  'packages/config': ['storage'],
  'packages/storage': ['server'],
  'packages/server': ['storage', 'config', 'ftpd'],
  'packages/module': ['server'],
  'packages/utils': ['storage'],
};

interface Violation {
  readonly rule: string;
  readonly file: string;
}

let folder: string;
let violations: Violation[];

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function writeWorkspace(path: string): void {
  const name = path.slice(path.indexOf('/') + 1);
  const declared: Record<string, string> = {};
  for (const dependency of dependencies[path] ?? []) declared[`@ftpd/${dependency}`] = '^0.0.0';
  const exports = { '.': { '@ftpd/source': './src/index.ts', default: './dist/index.js' } };
  write(`${path}/package.json`, JSON.stringify({ name: `@ftpd/${name}`, exports, dependencies: declared }));
  write(`${path}/src/index.ts`, 'export const x = 1;');
  symlinkSync(join(folder, path), join(folder, 'node_modules/@ftpd', name));
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(): Violation[] {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(root, '.dependency-cruiser.mjs');
  const args = [program, '--config', config, '--output-type', 'json', '--no-cache', 'packages', 'apps'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  // The exit code is the number of violations, which this output type does not give: 0 or an error.
  if (status !== 0) throw new Error(`dependency-cruiser did not run: ${stderr}`);
  const { summary } = JSON.parse(stdout) as CruiseReport;
  return summary.violations.map(({ from, rule }) => ({ rule: rule.name, file: from }));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-layering-'));
  write('package.json', '{ "name": "fixture", "devDependencies": { "left-behind": "1.0.0" } }');
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "customConditions": ["@ftpd/source"] } }',
  );
  write(
    'node_modules/left-behind/package.json',
    '{ "name": "left-behind", "version": "1.0.0", "main": "index.js" }',
  );
  write('node_modules/left-behind/index.js', '');
  mkdirSync(join(folder, 'node_modules/@ftpd'));
  const workspaces = ['auth', 'config', 'module', 'protocol', 'server', 'storage', 'utils'].map(
    (name) => `packages/${name}`,
  );
  for (const path of [...workspaces, 'apps/ftpd']) writeWorkspace(path);
  for (const [file, text] of Object.entries(allowed)) write(file, text);
  for (const { file, text } of forbidden) write(file, text);
  violations = cruise();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the layering that npm run lint checks', () => {
  it.each(forbidden)('$rule speaks of $file', ({ rule, file }) => {
    expect(violations).toContainEqual({ rule, file });
  });

  it('says nothing of files that keep to it', () => {
    const innocent = Object.keys(allowed).filter((file) => file !== 'packages/auth/src/two.ts');
    expect(violations.filter(({ file }) => innocent.includes(file))).toEqual([]);
  });

  it('knows every package and app of this repository', () => {
    expect(
      readWorkspaces(root)
        .map(({ folder: path }) => path)
        .filter((path) => !(path in layers) && !path.startsWith('tools/')),
    ).toEqual([]);
  });
});
