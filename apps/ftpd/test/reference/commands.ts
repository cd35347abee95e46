import { commandTable, optsTable, siteTable, type AnyCommandRow } from '@ftpd/protocol';
import { table } from './table.ts';

const heads = ['command', 'argument', 'specified in', 'before login', '`<Limit>` group', 'during a transfer'];

const yes = (isTrue: boolean): string => (isTrue ? 'yes' : '');

function line(row: AnyCommandRow): readonly string[] {
  return [
    [row.verb, ...row.aliases].join(', '),
    row.argument.syntax.replaceAll('<sp> ', ''),
    row.rfc,
    yes(!row.requiresLogin),
    row.group === 'NONE' ? '' : row.group,
    yes(row.isAllowedDuringTransfer),
  ];
}

/** `docs/commands.md`, from the tables that the server itself runs by. */
export function commandReference(): string {
  const byVerb = (a: AnyCommandRow, b: AnyCommandRow): number => (a.verb < b.verb ? -1 : 1);
  const all = (Object.values(commandTable) as AnyCommandRow[]).sort(byVerb);
  const of = (rows: readonly AnyCommandRow[]): string => table(heads, rows.map(line));
  const verbs = (availability: string): string =>
    all
      .filter((row) => row.availability === availability)
      .map(({ verb }) => verb)
      .join(', ');
  return `# Commands

Made from the command table by \`npm run docs\`; a test compares them.

${of(all.filter((row) => row.availability === 'implemented'))}

Answered 502: ${verbs('unimplemented')}. Unknown (500) until a module brings them: ${verbs('needs-module')}.

## SITE

${of((Object.values(siteTable) as AnyCommandRow[]).sort(byVerb))}

## OPTS

${of((Object.values(optsTable) as AnyCommandRow[]).sort(byVerb))}
`;
}
