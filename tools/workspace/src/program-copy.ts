import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { declaredDependencies, type Manifest } from './workspaces.ts';

/** What stays behind of the repository's own packages. Those of others come whole: `src` may be what they run. */
const leftBehind: ReadonlySet<string> = new Set([
  'src',
  'test',
  'node_modules',
  'tsconfig.json',
  'tsup.config.ts',
]);

function copyPackage(from: string, to: string): void {
  const source = realpathSync(from);
  const isOwn = !source.split(sep).includes('node_modules');
  cpSync(source, to, {
    recursive: true,
    filter: (path) => path === source || !isOwn || !leftBehind.has(basename(path)),
  });
}

/**
 * Copies a built app with everything that it needs to run, a few megabytes, to where its serving user can read it.
 * @param node - The Node to run it with; only linked, for it is started before the user is changed.
 * @param to - Overwritten.
 */
export function copyProgram(root: string, app: string, node: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  copyPackage(join(root, app), to);
  mkdirSync(join(to, 'node_modules/.bin'), { recursive: true });
  symlinkSync(node, join(to, 'node_modules/.bin/node'));
  const copied = new Set<string>();
  const copyDependencies = (folder: string): void => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    for (const name of declaredDependencies(manifest)) {
      if (copied.has(name)) continue;
      copied.add(name);
      const source = join(root, 'node_modules', name);
      // npm leaves out what is for another system.
      if (!existsSync(source) && manifest.optionalDependencies?.[name] !== undefined) continue;
      const target = join(to, 'node_modules', name);
      copyPackage(source, target);
      copyDependencies(target);
    }
  };
  copyDependencies(to);
  // Whatever umask made the original.
  execFileSync('chmod', ['-R', 'a+rX', to]);
}
