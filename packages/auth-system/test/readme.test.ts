import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { systemAuthErrorTexts } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

it('the program of the README has a verdict, and ends by itself', async () => {
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const source = `${program.replace('alice', 'no-such-user')}\nconsole.log(verdict.outcome);`;
  const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stdout).toBe('unknown\n');
});

it('the README names every error code, and no other', () => {
  const named = [...readme.matchAll(/^\| `(SYSTEM_AUTH_\w+)` \|/gm)].map(([, code]) => code);
  expect(new Set(named)).toEqual(new Set(Object.keys(systemAuthErrorTexts)));
});
