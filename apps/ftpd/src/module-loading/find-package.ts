import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names of packages; those of ProFTPD's modules (`mod_x.c`) are none. */
const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/u;

const installation = dirname(fileURLToPath(import.meta.url));

/**
 * The folder of the package that a LoadModule line names: below ModulePath, else where the daemon is installed.
 * @param path - ModulePath; absent: only the installation is looked at.
 * @returns its real path; undefined: it is nowhere.
 */
export function findPackage(name: string, path?: string): string | undefined {
  if (name.length > 214 || !packageName.test(name) || /^mod_\w+\.c$/u.test(name)) return undefined;
  const found = [...places(path)]
    .map((place) => join(place, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
  return found === undefined ? undefined : realpathSync(found);
}

function* places(path: string | undefined): Generator<string> {
  if (path !== undefined) yield* [path, join(path, 'node_modules')];
  for (let folder = installation, last = ''; folder !== last; last = folder, folder = dirname(folder))
    yield join(folder, 'node_modules');
}
