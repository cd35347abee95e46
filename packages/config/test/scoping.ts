import { expect } from 'vitest';
import { many, one } from '../src/arguments.ts';
import { loadConfiguration, type Configuration } from '../src/configuration.ts';
import { createModulesPort, type ModulesPort } from '../src/modules.ts';
import {
  ALL_CONTEXTS,
  defineDirective,
  type AnyRow,
  type DefaultedRow,
  type DirectiveRow,
} from '../src/row.ts';
import type { ScopeSelector, SessionScope } from '../src/scope.ts';
import { text } from '../src/values.ts';

const base = { module: 'mod_core.c', contexts: ALL_CONTEXTS, doc: '' } as const;
export const umask: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'Umask',
  syntax: 'Umask m',
  repeats: 'first-wins',
  parse: one(text),
});
export const serverName: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'ServerName',
  syntax: 'ServerName n',
  repeats: 'last-wins',
  parse: one(text),
});
export const hide: DirectiveRow<readonly string[]> = defineDirective({
  ...base,
  name: 'HideFiles',
  syntax: 'HideFiles x',
  repeats: 'all',
  parse: many(text),
});
export const options: DefaultedRow<readonly string[]> = defineDirective({
  ...base,
  name: 'XOptions',
  syntax: 'XOptions x',
  repeats: 'merge',
  defaultValue: ['none'],
  parse: many(text),
  merge: (earlier, later) => [...earlier, ...later],
});
export const own: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'Own',
  syntax: 'Own x',
  repeats: 'last-wins',
  isInherited: false,
  parse: one(text),
});
export const plain: readonly DirectiveRow<readonly string[]>[] = [
  'Port',
  'DefaultAddress',
  'DefaultServer',
  'ServerAlias',
  'User',
  'Group',
  'UserAlias',
  'AuthAliasOnly',
  'From',
  'DenyAll',
  'Order',
].map((name) => defineDirective({ ...base, name, syntax: name, repeats: 'all', parse: (args) => args }));
export const rows: readonly AnyRow[] = [umask, serverName, hide, options, own, ...plain];
export const modules: ModulesPort = createModulesPort(['mod_core.c']);

/** Loads a text that must have no errors. */
export async function load(config: string): Promise<Configuration> {
  const loaded = await loadConfiguration({ file: '/t.conf', text: config, modules, rows });
  expect(loaded.errors).toEqual([]);
  return loaded.configuration;
}

/** The scope of a server (0: the main one) of a text. */
export async function scopeOf(
  config: string,
  selector: Omit<ScopeSelector, 'server'> = {},
  server = 0,
): Promise<SessionScope> {
  const configuration = await load(config);
  const found = configuration.servers[server];
  if (found === undefined) throw new Error('no such server');
  return configuration.scope({ ...selector, server: found });
}

export const directory = (path: string, mask: string): string =>
  `<Directory ${path}>\nUmask ${mask}\n</Directory>\n`;
export const section = (head: string, mask: string): string =>
  `<${head}>\nUmask ${mask}\n</${head.split(' ')[0]}>\n`;
