import { checkConfiguration, type CheckedSection, type Setting } from './check.ts';
import { ConfigError, onLine, type ConfigProblem } from './config-error.ts';
import type { ModulesPort } from './modules.ts';
import type { DirectiveRow, AnyRow } from './row.ts';
import { parseConfiguration, type ParseOptions } from './parse.ts';
import { createScope, type ScopeSelector, type SessionScope } from './scope.ts';
import { serversOf, type ServerSection } from './server-section.ts';
import type { SectionNode } from './tree.ts';

/** A checked configuration that answers questions. */
export interface Configuration {
  /** The main server, then the virtual hosts in file order. */
  readonly servers: readonly [ServerSection, ...ServerSection[]];
  /**
   * Every `<Class>` with its name, in file order: a client is in the first one that it matches. Two of one name are two
   * ways to be in that class.
   */
  readonly classes: readonly (readonly [name: string, section: CheckedSection])[];
  /** The settings for somebody. */
  readonly scope: (selector: ScopeSelector) => SessionScope;
}

/** What is to be loaded. */
export interface LoadOptions extends ParseOptions {
  /** The directives that there are; or how to find them, once it is known which modules LoadModule names. */
  readonly rows:
    | readonly AnyRow[]
    | ((loadedModules: readonly string[]) => readonly AnyRow[] | Promise<readonly AnyRow[]>);
}

/** A configuration with all that is wrong in it. It may be used if `errors` is empty. */
export interface LoadedConfiguration {
  readonly tree: SectionNode;
  readonly errors: readonly ConfigError[];
  readonly warnings: readonly ConfigProblem[];
  readonly configuration: Configuration;
  /** Modules that LoadModule lines added. */
  readonly loadedModules: readonly string[];
  /** Every file that was read. */
  readonly files: readonly string[];
}

/** Reads, checks and indexes a configuration. Problems are in the result: it does not throw for what a file holds. */
export async function loadConfiguration(options: LoadOptions): Promise<LoadedConfiguration> {
  const parsed = await parseConfiguration(options);
  const rows = typeof options.rows === 'function' ? await options.rows(parsed.loadedModules) : options.rows;
  const checked = checkConfiguration(parsed.tree, rows, options.modules);
  const configuration = createConfiguration(checked.root);
  const problems = [...parsed.errors, ...checked.errors, ...defaultServerConflicts(configuration)];
  return {
    tree: parsed.tree,
    errors: problems.map((problem) => new ConfigError(problem)),
    warnings: [...parsed.warnings, ...checked.warnings],
    configuration,
    loadedModules: parsed.loadedModules,
    files: parsed.files,
  };
}

/** What an `.ftpaccess` file says; its section goes into `ScopeSelector.accessFiles`. */
export interface LoadedAccessFile {
  readonly section: CheckedSection;
  readonly errors: readonly ConfigError[];
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Reads the text of an `.ftpaccess` file. Users write these files, so nothing is included and no variable is read.
 * @param file - Its name for messages.
 */
export async function loadAccessFile(
  text: string,
  file: string,
  rows: Iterable<AnyRow>,
  modules: ModulesPort,
): Promise<LoadedAccessFile> {
  const parsed = await parseConfiguration({ file, text, modules });
  const checked = checkConfiguration(parsed.tree, rows, modules, '.ftpaccess');
  const errors = [...parsed.errors, ...checked.errors].map((problem) => new ConfigError(problem));
  return { section: checked.root, errors, warnings: [...parsed.warnings, ...checked.warnings] };
}

function defaultServerConflicts(configuration: Configuration): ConfigProblem[] {
  const others = configuration.servers.filter(({ isDefault }) => isDefault).slice(1);
  return others.flatMap(({ section }) => {
    const node = section.settings.get('defaultserver')?.at(-1)?.node;
    if (node === undefined) return [];
    const { file, line, column, name } = node;
    const message = `${name}: DefaultServer has already been set ${onLine(node)}`;
    return [{ code: 'CONFIG_CONFLICT', message, file, line, column, directive: name } as const];
  });
}

/** Indexes a checked tree. */
export function createConfiguration(root: CheckedSection): Configuration {
  const servers = serversOf(root) as readonly [ServerSection, ...ServerSection[]];
  const holders = [root, ...servers[0].globals];
  const classes = holders.flatMap(({ sectionsByKind }) => sectionsByKind.get('class') ?? []);
  return {
    servers,
    classes: classes.map((section) => [section.node.args[0] ?? '', section]),
    scope: createScope,
  };
}

/** The values of a directive directly in a section, in file order. */
export function valuesIn<T>(section: CheckedSection, row: DirectiveRow<T>): readonly T[] {
  const settings: readonly Setting[] = section.settings.get(row.name.toLowerCase()) ?? [];
  // Every value comes from the row's own parser, so it has the row's type.
  return settings.map(({ value }) => value as T);
}
