import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the conformance suite runs under node:test too', async () => {
  const fixture = fileURLToPath(new URL('fixtures/node-test.fixture.ts', import.meta.url));
  const { NODE_OPTIONS: _left, ...env } = process.env;
  const args = ['--test', '--test-reporter=tap', fixture];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(50);
});
