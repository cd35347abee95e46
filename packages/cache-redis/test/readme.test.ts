import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheErrors } from '@ftpd/cache';
import { startRedis } from '@ftpd/test-services';
import { expect, it } from 'vitest';
import { readTarget } from '../src/target.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

it('the program of the README counts', async () => {
  const server = await startRedis();
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const source = program.replace('6379', String(server.port)).replace('250', '5000');
  const args = ['--conditions=@ftpd/source', '--input-type=module-typescript', '--eval', source];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(stdout).toBe('1\n');
  } finally {
    await server.stop();
  }
});

it('the README names only error codes that exist, and only options that are read', () => {
  for (const [code] of readme.matchAll(/CACHE_[A-Z_]+/g)) expect(Object.keys(cacheErrors)).toContain(code);
  const rows = readme.split('## Options')[1]?.split('## Guarantees')[0] ?? '';
  const names = [...rows.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = '']) => name);
  expect(names).toContain('silence-timeout-ms');
  for (const name of names)
    expect(() => readTarget('redis://a', { [name]: name === 'sentinel-tls' ? 'on' : '1' })).not.toThrow();
});
