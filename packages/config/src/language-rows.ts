import { many, one, keywords, type ArgumentsParser } from './arguments.ts';
import {
  ALL_CONTEXTS,
  badCount,
  defineDirective,
  type AnyRow,
  type Context,
  type DirectiveRow,
} from './row.ts';
import { absolutePath, text } from './values.ts';

const SERVER: readonly Context[] = ['server config'];

/** At least one parameter, kept as words. */
const words: ArgumentsParser<readonly string[]> = many(text);

/** A file, a folder or a pattern to read in this place. */
export const includeRow: DirectiveRow<string> = defineDirective({
  name: 'Include',
  module: 'mod_core.c',
  syntax: 'Include path|pattern',
  contexts: ALL_CONTEXTS.filter((context) => context !== '.ftpaccess'),
  repeats: 'all',
  doc: 'Reads a file, all files of a folder, or the files that match a pattern, in the order of their names.',
  parse: one(text),
});

/** What Include does with links and editors' files. */
export const includeOptionsRow: DirectiveRow<
  ReadonlySet<'AllowSymlinks' | 'IgnoreTempFiles' | 'IgnoreWildcards'>
> = defineDirective({
  name: 'IncludeOptions',
  module: 'mod_core.c',
  syntax: 'IncludeOptions opt1 ...',
  contexts: SERVER,
  repeats: 'last-wins',
  doc: 'AllowSymlinks, IgnoreTempFiles, IgnoreWildcards: how Include reads folders and patterns.',
  parse: keywords('IncludeOption', 'AllowSymlinks', 'IgnoreTempFiles', 'IgnoreWildcards'),
});

/** A name for `<IfDefine>`. */
export const defineRow: DirectiveRow<string> = defineDirective({
  name: 'Define',
  module: 'mod_core.c',
  syntax: 'Define name',
  contexts: ALL_CONTEXTS.filter((context) => context !== '.ftpaccess'),
  repeats: 'all',
  doc: 'Defines a name that <IfDefine> asks for, as -D does on the command line.',
  parse: one(text),
});

/** A module to load. */
export const loadModuleRow: DirectiveRow<string> = defineDirective({
  name: 'LoadModule',
  module: 'mod_dso.c',
  syntax: 'LoadModule name',
  contexts: SERVER,
  repeats: 'all',
  doc: 'Loads a module. The order of the lines does not matter.',
  parse: one(text),
});

/** Where modules are. */
export const modulePathRow: DirectiveRow<string> = defineDirective({
  name: 'ModulePath',
  module: 'mod_dso.c',
  syntax: 'ModulePath path',
  contexts: SERVER,
  repeats: 'last-wins',
  doc: 'The folder that LoadModule reads modules from.',
  parse: one(absolutePath),
});

/** Who may load modules at run time. */
export const moduleControlsAclsRow: DirectiveRow<readonly string[]> = defineDirective({
  name: 'ModuleControlsACLs',
  module: 'mod_dso.c',
  syntax: 'ModuleControlsACLs actions|all allow|deny user|group list',
  contexts: SERVER,
  repeats: 'all',
  doc: 'Who may list, load and unload modules through the control socket.',
  parse: (args) => {
    if (args.length < 4) throw badCount('wrong number of parameters');
    return args;
  },
});

/** Ours: modules whose absence is meant. */
export const ignoreMissingModuleRow: DirectiveRow<readonly string[]> = defineDirective({
  name: 'IgnoreMissingModule',
  module: 'mod_ftpd.c',
  syntax: 'IgnoreMissingModule name ...',
  contexts: SERVER,
  repeats: 'all',
  doc: 'States that sections of these ProFTPD modules may be skipped even if they protect something.',
  parse: words,
});

/** The directives that this package obeys itself while it reads. They are known to every check. */
export const LANGUAGE_ROWS: readonly AnyRow[] = [
  includeRow,
  includeOptionsRow,
  defineRow,
  loadModuleRow,
  modulePathRow,
  moduleControlsAclsRow,
  ignoreMissingModuleRow,
];
