import { LANGUAGE_ROWS, type AnyRow } from '@ftpd/config';
import { createBuiltIns } from '../../src/modules/index.ts';
import { table } from './table.ts';

const repeats: { readonly [R in AnyRow['repeats']]: string } = {
  'first-wins': 'first counts',
  'last-wins': 'last counts',
  all: 'all count',
  merge: 'joined',
};

function defaultOf(row: AnyRow): string {
  const value = row.defaultValue;
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (value instanceof Set) return [...value].join(' ');
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'function' ? undefined : inner));
}

/** `docs/directives.md`, from the rows that check the configuration. */
export function directiveReference(): string {
  const rows = [...LANGUAGE_ROWS, ...createBuiltIns().flatMap((module) => module.directives ?? [])];
  const modules = [...new Set(rows.map(({ module }) => module))].sort();
  const sections = modules.map((module) => {
    const own = rows
      .filter((row) => row.module === module)
      .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    const lines = own.map((row) => [
      `\`${row.syntax}\``,
      row.contexts.join(', '),
      defaultOf(row),
      repeats[row.repeats],
      row.doc,
    ]);
    return `## ${module}\n\n${table(['directive', 'contexts', 'default', 'repeated', 'meaning'], lines)}`;
  });
  return `# Directives

Made from the directive rows by \`npm run docs\`; a test compares them. ProFTPD's documentation describes each at length; what is said here is what this server does. Durations in defaults are in milliseconds.

${sections.join('\n\n')}
`;
}
