import { eventCases } from '../bans/event-cases.ts';
import { differences } from '../dialogues/differences.ts';
import { table } from './table.ts';

/** `docs/differences.md`, from the list that the comparison with ProFTPD reads. */
export function differenceReference(): string {
  const rows = [
    ...Object.entries(differences).map(([name, { reason }]) => [name, reason]),
    ...eventCases.flatMap(({ name, ours }) => (ours === undefined ? [] : [[name, ours.reason]])),
  ];
  return `# Where it differs from ProFTPD

The tests play several hundred dialogues against this server and against ProFTPD 1.3.8. What is named here is meant to differ; any other difference fails the tests. A dialogue is named for what ProFTPD does where that is a surprise, else for what this server does. Made by \`npm run docs\`.

${table(['dialogue', 'why it differs'], rows)}
`;
}
