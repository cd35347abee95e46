import { PROFTPD_MODULES } from './proftpd-modules.ts';

/**
 * What the program has for a module name: part of it · to be loaded with LoadModule · a ProFTPD module that it lacks ·
 * a name that nobody knows.
 */
export type ModuleStatus = 'built-in' | 'loadable' | 'counterpart-missing' | 'unknown';

/** Which modules there are. */
export interface ModulesPort {
  /** @param path - What ModulePath said last; absent: there was none. */
  readonly status: (name: string, path?: string) => ModuleStatus;
  /** Why a module that is there must not be loaded, in words for after the module's name. Undefined: it may be. */
  readonly refusal?: (name: string, path?: string) => string | undefined;
}

/** Modules whose language this package itself implements; they count as built in whatever the port says. */
export const LANGUAGE_MODULES: readonly string[] = ['mod_dso.c', 'mod_ifsession.c', 'mod_ifversion.c'];

/** Modules that every ProFTPD holds without LoadModule. */
export const STANDARD_MODULES: ReadonlySet<string> = new Set([
  'mod_core.c',
  'mod_xfer.c',
  'mod_rlimit.c',
  'mod_auth_unix.c',
  'mod_auth_file.c',
  'mod_auth.c',
  'mod_ls.c',
  'mod_log.c',
  'mod_site.c',
  'mod_delay.c',
  'mod_facts.c',
  'mod_dso.c',
  'mod_auth_pam.c',
  'mod_cap.c',
  'mod_ctrls.c',
  'mod_lang.c',
]);

/**
 * A port over two lists of names such as `mod_ban.c`; the other modules of ProFTPD 1.3.8 are `counterpart-missing`.
 * @param builtIn - Modules that are there from the start.
 * @param loadable - Modules that LoadModule can add. Default: none.
 */
export function createModulesPort(builtIn: Iterable<string>, loadable: Iterable<string> = []): ModulesPort {
  const present = new Set([...LANGUAGE_MODULES, ...builtIn]);
  const others = new Set(loadable);
  return {
    status: (name) => {
      if (present.has(name)) return 'built-in';
      if (others.has(name)) return 'loadable';
      return PROFTPD_MODULES.has(name) ? 'counterpart-missing' : 'unknown';
    },
  };
}
