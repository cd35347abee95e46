/** `npm test`: gets the programs that the tests need, builds, and runs vitest. Arguments go to vitest. */
import { existsSync } from 'node:fs';
import { build, root, run } from './programs.ts';
import {
  isExecutable,
  missingPrograms,
  sayWhatIsMissing,
  searchPath,
  testPrograms,
} from './test-programs.ts';

async function getPrograms(path: string): Promise<number> {
  const missing = missingPrograms(testPrograms, path);
  if (missing.length === 0) return 0;
  const hasApt = existsSync('/etc/debian_version') && isExecutable('/usr/bin/apt-get');
  if (!hasApt || process.getuid?.() !== 0) {
    console.error(sayWhatIsMissing(missing, hasApt));
    return 1;
  }
  const installer = `${root}/tools/workspace/src/install-programs.ts`;
  const code = await run('flock', ['/run/ftpd-test-programs.lock', process.execPath, installer]);
  if (code !== 0) return code;
  const still = missingPrograms(testPrograms, path);
  if (still.length > 0) console.error(sayWhatIsMissing(still, hasApt));
  return still.length;
}

async function test(args: readonly string[]): Promise<number> {
  const path = searchPath(process.env['PATH'] ?? '');
  const steps: (() => Promise<number>)[] = [
    () => getPrograms(path),
    () => build(),
    () => run('vitest', ['run', ...args], { ...process.env, PATH: path }),
  ];
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = await test(process.argv.slice(2));
