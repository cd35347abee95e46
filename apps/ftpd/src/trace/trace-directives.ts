import type { CheckedSection, Configuration } from '@ftpd/config';
import type { ServerTrace } from '@ftpd/server';

/** Tells channel `config` which directives a configuration holds and whose they are; values are not told. */
export function traceDirectives(configuration: Configuration, trace: ServerTrace): void {
  const visit = (section: CheckedSection): void => {
    for (const settings of section.settings.values())
      for (const { row, node } of settings)
        trace(
          'config',
          7,
          () =>
            `directive '${row.name}' of module ${row.module.replace(/\.c$/u, '')} on line ${node.line} of '${node.file}'`,
        );
    section.sections.forEach(visit);
  };
  // The main server's section holds all others.
  visit(configuration.servers[0].section);
}
