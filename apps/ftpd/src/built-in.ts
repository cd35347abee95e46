/**
 * The built-in modules in the order of `-l`, without loading any: `-l` and `-V` must be quick.
 * A test compares this list with the files under `modules/`.
 */
export const builtInModules = [
  'mod_core',
  'mod_xfer',
  'mod_auth_file',
  'mod_auth',
  'mod_ls',
  'mod_log',
  'mod_site',
  'mod_site_misc',
  'mod_delay',
  'mod_facts',
  'mod_dso',
  'mod_ident',
  'mod_lang',
  'mod_ifsession',
  'mod_ifversion',
  'mod_ftpd',
] as const;

export type BuiltInModule = (typeof builtInModules)[number];

/** Those that are part of the language of the file: `@ftpd/config` implements them, there is no file under `modules/`. */
export const languageModules: readonly BuiltInModule[] = ['mod_dso', 'mod_ifsession', 'mod_ifversion'];

/** What `-l` prints; tools parse it. */
export function moduleListText(): string {
  return ['Compiled-in modules:', ...builtInModules.map((name) => `  ${name}.c`)].join('\n');
}
