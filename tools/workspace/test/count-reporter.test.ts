import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const fixtures = fileURLToPath(new URL('fixtures/counts', import.meta.url));
const reporter = fileURLToPath(new URL('../src/count-reporter.ts', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));

function runVitest(...files: readonly string[]): { code: number | null; lastLine: string | undefined } {
  const args = [vitest, 'run', '--root', fixtures, '--reporter=default', `--reporter=${reporter}`, ...files];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, lastLine: stdout.split('\n').at(-2) };
}

describe('the last line of a test run', () => {
  it('counts tests by outcome, and a file that cannot be loaded as failed', () => {
    expect(runVitest('mixed', 'unloadable')).toEqual({ code: 1, lastLine: '2 passed, 2 failed, 2 skipped' });
  });

  it('is there when all is well', () => {
    expect(runVitest('good')).toEqual({ code: 0, lastLine: '1 passed, 0 failed, 0 skipped' });
  });

  it('counts an error outside every test as failed', () => {
    expect(runVitest('stray')).toEqual({ code: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
  });

  it('is there when no test is found', () => {
    expect(runVitest('no-such-file')).toEqual({ code: 1, lastLine: '0 passed, 0 failed, 0 skipped' });
  });
});
