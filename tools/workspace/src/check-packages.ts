/**
 * `npm run check:packages`: each public package as its user gets it. publint and attw read it, then it is packed,
 * unpacked beside nothing but what it declares, and imported in both module formats.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageProblems, type PackedPackage } from './package-problems.ts';
import { root, run } from './programs.ts';
import { declaredDependencies, entryPoints, readWorkspaces, type Workspace } from './workspaces.ts';
import type { Lockfile } from './lockfile.ts';

/** Where npm would put it. */
function installFolder(folder: string, name: string): string {
  return join(folder, 'node_modules', name);
}

function pack(workspace: Workspace, folder: string): PackedPackage {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const output = execFileSync('npm', args, { cwd: join(root, workspace.folder), encoding: 'utf8' });
  const [packed] = JSON.parse(output) as [PackedPackage];
  const target = installFolder(folder, workspace.manifest.name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', target, '--strip-components=1']);
  return packed;
}

/** Third-party packages are linked under the name that is declared, and so an undeclared one is not found. */
function linkThirdParty(folder: string, workspaces: readonly Workspace[]): void {
  const ours = new Set(workspaces.map(({ manifest }) => manifest.name));
  const names = new Set(workspaces.flatMap(({ manifest }) => declaredDependencies(manifest)));
  for (const name of names) {
    if (ours.has(name)) continue;
    mkdirSync(dirname(installFolder(folder, name)), { recursive: true });
    symlinkSync(installFolder(root, name), installFolder(folder, name));
  }
}

/** @returns the first line of each error. */
function importProblems(folder: string, entryPoint: string): string[] {
  const programs = [
    ['--input-type=module', '--eval', `await import('${entryPoint}')`],
    ['--input-type=commonjs', '--eval', `require('${entryPoint}')`],
  ];
  return programs.flatMap((args) => {
    try {
      execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
      return [];
    } catch (error) {
      const { stderr } = error as { stderr: string };
      return [/^\w*Error.*$/m.exec(stderr)?.[0] ?? stderr];
    }
  });
}

function checkPacked(): string[] {
  const workspaces = readWorkspaces(root).filter(({ manifest }) => manifest.private !== true);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const folder = mkdtempSync(join(tmpdir(), 'ftpd-packages-'));
  try {
    const packed = workspaces.map((workspace) => pack(workspace, folder));
    linkThirdParty(folder, workspaces);
    return workspaces.flatMap(({ folder: path, manifest }, index) => {
      const { unpackedSize, files } = packed[index] as PackedPackage;
      console.log(`${manifest.name}: ${files.length} files, ${Math.ceil(unpackedSize / 1024)} KiB unpacked`);
      const problems = [
        ...packageProblems(files, unpackedSize, manifest, lock),
        ...entryPoints(manifest).flatMap((entryPoint) => importProblems(folder, entryPoint)),
      ];
      return problems.map((problem) => `${path}: ${problem}`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const code = await run('nx', ['run-many', '-t', 'check-package', '--output-style=static']);
const problems = checkPacked();
for (const problem of problems) console.error(problem);
process.exitCode = code === 0 && problems.length === 0 ? 0 : 1;
