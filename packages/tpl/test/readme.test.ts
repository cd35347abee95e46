import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tplErrors } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

it('the program of the README reads what it wrote', async () => {
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stdout).toBe('2 127.0.0.1\n');
});

it('the README names every error code, and no other', () => {
  const named = [...readme.matchAll(/^\| `(TPL_\w+)` \|/gm)].map(([, code]) => code);
  expect(new Set(named)).toEqual(new Set(Object.keys(tplErrors)));
});
