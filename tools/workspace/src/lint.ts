/** `npm run lint`: all checks of the sources, one after the other; each runs whatever the others find. */
import { run } from './programs.ts';

interface Check {
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
}

const checks: readonly Check[] = [
  {
    title: 'oxlint',
    program: 'oxlint',
    args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  { title: 'layering', program: 'depcruise', args: ['packages', 'apps', 'tools'] },
  { title: 'format (npm run format mends it)', program: 'oxfmt', args: ['--check'] },
];

const failed: string[] = [];
for (const { title, program, args } of checks) {
  console.log(`\nlint: ${title}`);
  if ((await run(program, args)) !== 0) failed.push(title);
}
console.log(failed.length === 0 ? '\nlint: all is well.' : `\nlint: failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
