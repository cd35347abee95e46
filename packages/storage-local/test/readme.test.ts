import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, program = ''] = /```ts\n(.*?)```/su.exec(readme) ?? [];

describe('the README', () => {
  it('has a program that prints what its comment says', () => {
    const before = new Set(readdirSync('/tmp'));
    const options = [
      '--conditions=@ftpd/source',
      '--no-warnings',
      '--input-type=module-typescript',
      '--eval',
      program,
    ];
    const printed = execFileSync(process.execPath, options, { cwd: import.meta.dirname }).toString();
    for (const name of readdirSync('/tmp')) {
      if (!before.has(name) && name.startsWith('served-')) rmSync(`/tmp/${name}`, { recursive: true });
    }
    expect(printed).toBe('hello.txt 7\n');
  });
});
