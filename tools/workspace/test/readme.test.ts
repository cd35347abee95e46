import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readWorkspaces } from '../src/workspaces.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

interface Readme {
  readonly file: string;
  readonly text: string;
}

const readmes = readWorkspaces(root)
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ folder }): Readme => {
    const file = `${folder}/README.md`;
    return { file, text: existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '' };
  });

/** The TypeScript programs in a README, under the names of files that would stand beside it, each a module of its own. */
function snippetsOf({ file, text }: Readme): [string, string][] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ''], index) => [
    join(root, file.replace('README.md', `readme-snippet-${index + 1}.ts`)),
    `${code}\nexport {};\n`,
  ]);
}

/** @returns `README, program, line: message` for each error of the compiler. */
function compile(snippets: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => snippets.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => snippets.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram(
    [...snippets.keys()],
    { ...options, noUnusedLocals: false, incremental: false },
    host,
  );
  return [...snippets.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return problems.map(({ messageText, start = 0 }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${path.slice(root.length + 1)}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

describe('the README of every package', () => {
  it.each(readmes)('$file is there, and not longer than 150 lines', ({ text }) => {
    expect(text).not.toBe('');
    expect(text.split('\n').length).toBeLessThanOrEqual(151);
  });

  it('holds programs that compile', () => {
    const snippets = new Map(readmes.flatMap(snippetsOf));
    expect(snippets.size).toBeGreaterThan(0);
    expect(compile(snippets)).toEqual([]);
  });
});
