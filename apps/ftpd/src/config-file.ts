import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import {
  createModulesPort,
  formatProblem,
  loadConfiguration,
  type ConfigReader,
  type AnyRow,
  type LoadedConfiguration,
} from '@ftpd/config';
import { decodeName } from '@ftpd/storage';
import { builtInModules } from './built-in.ts';
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

/** Reads and checks a configuration file with the rows of all modules. Problems are in the result. */
export function loadConfigFile(
  file: string,
  defines: readonly string[],
  rows: readonly AnyRow[],
  reader: ConfigReader = diskReader,
): Promise<LoadedConfiguration> {
  return loadConfiguration({
    file,
    reader,
    defines,
    environment: process.env,
    version: proftpdVersion,
    modules: createModulesPort(builtInModules.map((name) => `${name}.c`)),
    rows,
  });
}

/** Every problem as a line: errors first, then what has no effect. */
export function problemLines({ errors, warnings }: LoadedConfiguration): readonly string[] {
  return [
    ...errors.map((problem) => formatProblem(problem)),
    ...warnings.map((problem) => formatProblem(problem, 'warning')),
  ];
}
