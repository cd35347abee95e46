import { startMemcached } from '@ftpd/test-services';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheErrors } from '@ftpd/cache';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');

it('the program of the README counts a visit', async () => {
  const server = await startMemcached();
  try {
    const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const source = program.replace('port: 11211', `port: ${server.port}`);
    const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', source];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(stdout).toBe('1\n');
  } finally {
    await server.stop();
  }
});

it('the README names codes that there are', () => {
  const named = [...readme.matchAll(/^\| `(CACHE_\w+)` \|/gm)].map(([, code]) => code);
  expect(named.length).toBeGreaterThan(3);
  expect(Object.keys(cacheErrors)).toEqual(expect.arrayContaining(named));
});

it('the README names every option of a URL', async () => {
  const { settingNames } = await import('../src/target.ts');
  const named = [...readme.matchAll(/^\| `\w+` \|[^|]*\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(settingNames));
});
