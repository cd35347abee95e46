import { BASE_CONFIGURATION } from '@ftpd/test-services';

/** Directives of the base configuration that only the main server takes. */
const OF_THE_DAEMON = new Set([
  'modulepath',
  'loadmodule',
  'servertype',
  'defaultserver',
  'useipv6',
  'user',
  'group',
  'usereversedns',
  'pidfile',
  'scoreboardfile',
  'systemlog',
  'maxinstances',
]);

function directiveOf(line: string): string {
  return /^(\S+)/.exec(line)?.[1]?.toLowerCase() ?? '';
}

/** The base configuration in which these directives replace those of the same name, or are added. */
export function configuration(extra: readonly string[]): string {
  const replaced = new Set(extra.map(directiveOf).filter((name) => name !== ''));
  const kept = BASE_CONFIGURATION.split('\n').filter((line) => !replaced.has(directiveOf(line)));
  return [...kept, ...extra, ''].join('\n');
}

/** The same as a virtual host at 127.0.0.1 and the port of that number (2, 3, …). */
function virtualHost(extra: readonly string[], number: number): string {
  const lines = configuration([`Port %{env:FTPD_TEST_PORT${number}}`, ...extra]).split('\n');
  const start = lines.findIndex((line) => line.startsWith('<IfModule mod_ctrls.c>'));
  const end = lines.indexOf('</IfModule>', start);
  const own = lines.filter(
    (line, index) => (index < start || index > end) && !OF_THE_DAEMON.has(directiveOf(line)),
  );
  return ['<VirtualHost 127.0.0.1>', ...own.map((line) => `  ${line}`), '</VirtualHost>', ''].join('\n');
}

/**
 * One configuration for many sets of directives: the first set is the main server's, each other has a virtual host.
 * A server takes long to start compared with a dialogue.
 */
export function configurationOfHosts(sets: readonly (readonly string[])[]): string {
  const [main = [], ...others] = sets;
  return [configuration(main), ...others.map((extra, index) => virtualHost(extra, index + 2))].join('\n');
}
