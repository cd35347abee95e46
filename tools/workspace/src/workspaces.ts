import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is read of a package.json here. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** From the root of the repository: `packages/config`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every folder with a package.json under `packages/`, `apps/` and `tools/`, by name. */
export function readWorkspaces(root: string): Workspace[] {
  return ['apps', 'packages', 'tools']
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest,
    }));
}

/** Names of what somebody who installs the workspace gets with it. */
export function declaredDependencies(manifest: Manifest): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** What a user can import: `@ftpd/storage`, `@ftpd/storage/conformance`. */
export function entryPoints({ name, exports = {} }: Manifest): string[] {
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `${name}${path.slice(1)}`);
}
