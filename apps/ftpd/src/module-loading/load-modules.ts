import { pathToFileURL } from 'node:url';
import type { FtpdModule, ModulePackage } from '@ftpd/module';
import { cacheDriverModule } from '../cache/driver-module.ts';
import { packageEntry } from './package-entry.ts';

/** A package that a configuration loads. */
export interface FoundPackage {
  readonly name: string;
  readonly folder: string;
}

export interface LoadedPackages {
  readonly modules: readonly FtpdModule[];
  /** What is wrong, by the package's name. */
  readonly failures: ReadonlyMap<string, string>;
}

/** The modules of packages, whose code is run once in a process however often this is called. */
const known = new Map<string, Promise<readonly FtpdModule[]>>();

/**
 * Imports the packages of LoadModule lines.
 * @param taken - Names that their modules must not have.
 */
export async function loadPackages(
  packages: readonly FoundPackage[],
  taken: Iterable<string>,
): Promise<LoadedPackages> {
  const names = new Set(taken);
  const modules: FtpdModule[] = [];
  const failures = new Map<string, string>();
  for (const { name, folder } of packages) {
    try {
      let loading = known.get(folder);
      if (loading === undefined) known.set(folder, (loading = modulesOf(name, folder)));
      for (const module of await loading) {
        if (names.has(module.name)) throw new Error(`there is a module '${module.name}' already`);
        names.add(module.name);
        modules.push(module);
      }
    } catch (error) {
      known.delete(folder);
      failures.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return { modules, failures };
}

async function modulesOf(name: string, folder: string): Promise<readonly FtpdModule[]> {
  const exported = (await import(pathToFileURL(packageEntry(folder)).href)) as ModulePackage;
  const { ftpdModule, cacheDriver } = exported;
  if (ftpdModule === undefined && cacheDriver === undefined)
    throw new Error('it exports neither ftpdModule nor cacheDriver');
  if (ftpdModule !== undefined) checkModule(ftpdModule);
  if (cacheDriver !== undefined && typeof cacheDriver.connect !== 'function')
    throw new Error('its cacheDriver was not made by defineCacheDriver');
  return [
    ...(ftpdModule === undefined ? [] : [ftpdModule]),
    ...(cacheDriver === undefined
      ? []
      : [cacheDriverModule(name, cacheDriver.name, async () => cacheDriver)]),
  ];
}

/** Whoever wrote it may not have used TypeScript. */
function checkModule(module: FtpdModule): void {
  const { name, apiVersion } = module as { readonly name: unknown; readonly apiVersion: unknown };
  if (typeof name !== 'string' || name === '') throw new Error('its ftpdModule was not made by defineModule');
  if (apiVersion !== 1)
    throw new Error(
      `its module '${name}' is for version ${String(apiVersion)} of the module contract, this server's is 1`,
    );
}
