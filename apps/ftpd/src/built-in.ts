import { isInstalled } from './optional-packages.ts';

/**
 * The built-in modules in the order of `-l`, without loading any: `-l` and `-V` must be quick.
 * A test compares this list with the files under `modules/`.
 */
export const builtInModules = [
  'mod_core',
  'mod_xfer',
  'mod_auth_file',
  'mod_auth_unix',
  'mod_auth_pam',
  'mod_auth',
  'mod_ls',
  'mod_log',
  'mod_site',
  'mod_site_misc',
  'mod_delay',
  'mod_facts',
  'mod_dso',
  'mod_ctrls',
  'mod_ident',
  'mod_ban',
  'mod_memcache',
  'mod_redis',
  'mod_tls',
  'mod_tls_memcache',
  'mod_tls_redis',
  'mod_tls_shmcache',
  'mod_lang',
  'mod_ifsession',
  'mod_ifversion',
  'mod_ftpd',
] as const;

export type BuiltInModule = (typeof builtInModules)[number];

/** Those that are part of the language of the file: `@ftpd/config` implements them, there is no file under `modules/`. */
export const languageModules: readonly BuiltInModule[] = ['mod_dso', 'mod_ifsession', 'mod_ifversion'];

/** What a module needs that may be left out of an installation. */
const packages: { readonly [Module in BuiltInModule]?: string } = {
  mod_memcache: '@ftpd/cache-memcache',
  mod_redis: '@ftpd/cache-redis',
  mod_tls_memcache: '@ftpd/cache-memcache',
  mod_tls_redis: '@ftpd/cache-redis',
};

/** Whether all of a module is installed; if not, `<IfModule>` of it is false. */
export function isAvailable(module: BuiltInModule): boolean {
  const name = packages[module];
  return name === undefined || isInstalled(name);
}

/** The built-in modules that this installation has. */
export function availableModules(): readonly BuiltInModule[] {
  return builtInModules.filter(isAvailable);
}

/** What `-l` prints; tools parse it. */
export function moduleListText(): string {
  return ['Compiled-in modules:', ...availableModules().map((name) => `  ${name}.c`)].join('\n');
}
