import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { protocolErrorCodes } from '@ftpd/protocol';
import { afterEach, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const program = join(packageFolder, `readme-program-${process.pid}.ts`);
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');

afterEach(() => rm(program, { force: true }));

it('the program in the README answers its two commands', async () => {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  // Beside the package, so that its imports are found.
  await writeFile(program, code);
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@ftpd/source', program]);
  expect(stdout.split(/\r?\n/).filter((line) => line !== '')).toEqual([
    '331 Password required for anna',
    '530 Please login with USER and PASS',
  ]);
});

it('the README lists every error code, and no other', () => {
  const listed = [...readme.matchAll(/^\| `(PROTO_[A-Z_]+)`/gm)].map(([, code]) => code);
  expect(listed).toEqual(Object.keys(protocolErrorCodes));
});
