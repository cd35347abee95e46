import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const programs = [...readme.matchAll(/```ts\n(.*?)```/gsu)].map(([, program = '']) => program);

function run(program: string): string {
  const options = [
    '--conditions=@ftpd/source',
    '--no-warnings',
    '--input-type=module-typescript',
    '--eval',
    program,
  ];
  return execFileSync(process.execPath, options, { cwd: import.meta.dirname }).toString();
}

describe('the README', () => {
  it('has a program that prints what its comments say', () => {
    const [, first = ''] = /\/\/ (hello.*)$/mu.exec(programs[0] ?? '') ?? [];
    const [, second = ''] = /\/\/ (\/etc.*)$/mu.exec(programs[0] ?? '') ?? [];
    expect(run(programs[0] ?? '')).toBe(`${first}\n${second}\n`);
  });

  it('has a conformance test that passes under node:test', () => {
    expect(run(programs[1] ?? '')).toMatch(/^# fail 0$|ℹ fail 0$/mu);
  });
});
