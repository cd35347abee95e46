/**
 * `npm test`: gets the programs that the tests need, builds, and runs vitest with the daemon of that build. Arguments go
 * to vitest.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyProgram } from './program-copy.ts';
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

/**
 * The tests run the daemon hundreds of times: from a copy of the build, which loads in a third of the time that the
 * sources take. Nobody builds below its feet, and `nobody`, as whom it runs, can read it wherever the clone is.
 */
async function runVitest(args: readonly string[], path: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ftpd-test-'));
  try {
    chmodSync(folder, 0o755);
    const program = join(folder, 'program');
    copyProgram(root, 'apps/ftpd', process.execPath, program);
    const env = {
      ...process.env,
      PATH: path,
      FTPD_TEST_MAIN: join(program, 'dist/main.js'),
      FTPD_TEST_COMPILE_CACHE: join(folder, 'compiled'),
    };
    return await run('vitest', ['run', ...args], env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function test(args: readonly string[]): Promise<number> {
  const path = searchPath(process.env['PATH'] ?? '');
  const steps: (() => Promise<number>)[] = [
    () => getPrograms(path),
    () => build(),
    () => runVitest(args, path),
  ];
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = await test(process.argv.slice(2));
