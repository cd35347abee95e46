import { BASE_CONFIGURATION } from '@ftpd/test-services';

function directiveOf(line: string): string {
  return /^\s*(\S+)/.exec(line)?.[1]?.toLowerCase() ?? '';
}

/** The base configuration in which these directives replace those of the same name, or are added. */
export function configuration(extra: readonly string[]): string {
  const replaced = new Set(extra.map(directiveOf));
  const kept = BASE_CONFIGURATION.split('\n').filter(
    (line) => line.startsWith(' ') || !replaced.has(directiveOf(line)),
  );
  return [...kept, ...extra, ''].join('\n');
}
