import {
  createMemoryReader,
  createModulesPort,
  formatProblem,
  loadConfiguration,
  type AnyRow,
  type Configuration,
} from '@ftpd/config';
import { builtInModules } from '../src/built-in.ts';
import { createBuiltIns } from '../src/modules/index.ts';

/** The rows of all built-in modules. */
export const allRows: readonly AnyRow[] = createBuiltIns().flatMap(({ directives = [] }) => directives);

/** A configuration from its text, with what is said about it. */
export async function problemsOf(text: string): Promise<{
  readonly configuration: Configuration;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}> {
  const loaded = await loadConfiguration({
    file: '/t.conf',
    text,
    reader: createMemoryReader({}),
    modules: createModulesPort(builtInModules.map((name) => `${name}.c`)),
    rows: allRows,
  });
  return {
    configuration: loaded.configuration,
    errors: loaded.errors.map((problem) => formatProblem(problem)),
    warnings: loaded.warnings.map((problem) => formatProblem(problem, 'warning')),
  };
}

/** A configuration from its text, which must be right. */
export async function configurationOf(text: string): Promise<Configuration> {
  const { configuration, errors } = await problemsOf(text);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return configuration;
}
