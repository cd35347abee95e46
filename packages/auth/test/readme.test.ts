import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { authErrorTexts, hashPassword } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('the program of the README lets bob in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-readme-'));
  const userFile = join(folder, 'passwd');
  writeFileSync(userFile, `bob:${hashPassword('secret', 'md5')}:1:1::/home/bob:/bin/sh\n`);
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const source = program.replace('/etc/proftpd/ftpd.passwd', userFile);
  const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe('/home/bob\n');
});

it('the README names every error code, and no other', () => {
  const named = [...readme.matchAll(/^\| `(AUTH_\w+)` \|/gm)].map(([, code]) => code);
  expect(new Set(named)).toEqual(new Set(Object.keys(authErrorTexts)));
});
