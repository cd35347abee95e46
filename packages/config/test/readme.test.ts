import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIG_CODES } from '../src/config-error.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('shows a program that runs and prints what its comments say', () => {
    const program = /```ts\n([\s\S]*?)```/u.exec(readme)?.[1] ?? '';
    const options = [
      '--conditions=@ftpd/source',
      '--no-warnings',
      '--input-type=module-typescript',
      '--eval',
      program,
    ];
    const printed = execFileSync(process.execPath, options, { cwd: import.meta.dirname, encoding: 'utf8' });
    const told = [...program.matchAll(/\/\/ (.*)$/gmu)].map(([, comment]) => comment);
    expect(printed.trimEnd().split('\n')).toEqual(told);
  });

  it('has each code with its sentence, and no other', () => {
    const told = [...readme.matchAll(/^\| `(CONFIG_\w+)` \| (.*) \|$/gmu)].map(([, code, sentence]) => [
      code,
      sentence,
    ]);
    expect(told).toEqual(Object.entries(CONFIG_CODES));
  });

  it('has at most 150 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(150);
  });
});
