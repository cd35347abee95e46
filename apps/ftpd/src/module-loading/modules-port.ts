import { createModulesPort, type ModulesPort } from '@ftpd/config';
import { findPackage } from './find-package.ts';
import type { FoundPackage } from './load-modules.ts';
import { trustProblem } from './trust.ts';

/** Which modules there are for one reading of a configuration. */
export interface ModuleFinder {
  readonly port: ModulesPort;
  /** The package that a LoadModule line named. */
  packageOf(name: string): FoundPackage | undefined;
}

/** @param builtIn - Names of the daemon's own modules, without `.c`. */
export function createModuleFinder(builtIn: readonly string[]): ModuleFinder {
  const own = createModulesPort(builtIn.map((name) => `${name}.c`));
  const folders = new Map<string, string>();
  const seek = (name: string, path?: string): string | undefined => {
    const known = folders.get(name) ?? findPackage(name, path);
    if (known !== undefined) folders.set(name, known);
    return known;
  };
  return {
    port: {
      status: (name, path) => {
        const status = own.status(name);
        return status === 'unknown' && seek(name, path) !== undefined ? 'loadable' : status;
      },
      refusal: (name, path) => {
        const folder = seek(name, path);
        return folder === undefined ? 'no such module' : trustProblem(folder);
      },
    },
    packageOf(name) {
      const folder = folders.get(name);
      return folder === undefined ? undefined : { name, folder };
    },
  };
}
