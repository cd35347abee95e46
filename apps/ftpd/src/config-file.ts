import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import {
  ConfigError,
  formatProblem,
  loadConfiguration,
  type ConfigReader,
  type LoadedConfiguration,
  type SectionNode,
} from '@ftpd/config';
import type { FtpdModule } from '@ftpd/module';
import { decodeName } from '@ftpd/storage';
import { availableModules } from './built-in.ts';
import { loadPackages, type LoadedPackages } from './module-loading/load-modules.ts';
import { createModuleFinder } from './module-loading/modules-port.ts';
import { proftpdVersion } from './version.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
};

/** The disk, as the parser reads it. */
export const diskReader: ConfigReader = {
  async readFile(path) {
    try {
      return decodeName(await readFile(path));
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw new Error(reasons[code] ?? message, { cause: error });
    }
  },
  list: (path) => readdir(path),
  async look(path) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
    return { kind, isSymlink: (await lstat(path)).isSymbolicLink() };
  },
};

/** A configuration file, and the modules that it is for. */
export interface LoadedConfigFile extends LoadedConfiguration {
  /** The daemon's own, and those of packages that LoadModule names. */
  readonly modules: readonly FtpdModule[];
}

/**
 * Reads and checks a configuration file with the rows of all modules. Problems are in the result.
 * @param builtIns - The daemon's own modules.
 */
export async function loadConfigFile(
  file: string,
  defines: readonly string[],
  builtIns: readonly FtpdModule[],
  reader: ConfigReader = diskReader,
): Promise<LoadedConfigFile> {
  const finder = createModuleFinder(availableModules());
  let packages: LoadedPackages = { modules: [], failures: new Map() };
  const loaded = await loadConfiguration({
    file,
    reader,
    defines,
    environment: process.env,
    version: proftpdVersion,
    modules: finder.port,
    rows: async (names) => {
      packages = await loadPackages(
        names.map((name) => finder.packageOf(name)).filter((found) => found !== undefined),
        builtIns.map(({ name }) => name),
      );
      return [...builtIns, ...packages.modules].flatMap(({ directives = [] }) => directives);
    },
  });
  return {
    ...loaded,
    modules: [...builtIns, ...packages.modules],
    errors: [...loaded.errors, ...loadingErrors(loaded.tree, packages.failures)],
  };
}

function loadingErrors(tree: SectionNode, failures: LoadedPackages['failures']): readonly ConfigError[] {
  return [...failures].map(([name, reason]) => {
    const line = tree.children.find(({ key, args }) => key === 'loadmodule' && args[0] === name) ?? tree;
    return new ConfigError({
      code: 'CONFIG_MODULE_REFUSED',
      message: `LoadModule: error loading module '${name}': ${reason} on line ${line.line} of '${line.file}'`,
      file: line.file,
      line: line.line,
      column: line.column,
      directive: 'LoadModule',
    });
  });
}

/** Every problem as a line: errors first, then what has no effect. */
export function problemLines({ errors, warnings }: LoadedConfiguration): readonly string[] {
  return [
    ...errors.map((problem) => formatProblem(problem)),
    ...warnings.map((problem) => formatProblem(problem, 'warning')),
  ];
}
