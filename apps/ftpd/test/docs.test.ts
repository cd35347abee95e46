import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ftpdCommand, runProgram } from '@ftpd/test-services';

const docs = new URL('../../../docs/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'ftpd-docs-'));

/** Every configuration that a page shows. */
const examples = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) =>
    [...readFileSync(new URL(page, docs), 'utf8').matchAll(/^ *```proftpd\n(.*?)^ *```$/gms)].map(
      ([, text = ''], index) => [`${page}, example ${index + 1}`, text] as const,
    ),
  );

afterAll(() => rmSync(folder, { recursive: true }));

describe('the configurations in docs/', () => {
  it.each(examples)('%s is one that ftpd -t finds nothing wrong with', async (_name, text) => {
    const file = join(folder, 'example.conf');
    writeFileSync(file, text);
    const { file: program, args } = ftpdCommand();
    const { output } = await runProgram(program, [...args, '-t', '-c', file]);
    expect(output).toContain('Syntax check complete.');
    expect(output).not.toContain('warning');
  });
});
