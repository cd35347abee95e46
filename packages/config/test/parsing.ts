import { createModulesPort, type ModulesPort } from '../src/modules.ts';
import { parseConfiguration, type ParseOptions } from '../src/parse.ts';
import type { ParsedConfiguration } from '../src/parse-state.ts';
import { createMemoryReader } from '../src/reader.ts';
import type { ConfigNode, SectionNode } from '../src/tree.ts';

/** Options of a test, with the files that Include finds. */
export type TestOptions = Partial<ParseOptions> & { readonly files?: Readonly<Record<string, string>> };

export const modules: ModulesPort = createModulesPort(['mod_core.c', 'mod_auth.c'], ['@acme/cache']);

/** Reads `text` as the file `/t.conf`. */
export function parse(text: string, options: TestOptions = {}): Promise<ParsedConfiguration> {
  const { files, ...others } = options;
  const reader = files === undefined ? {} : { reader: createMemoryReader(files) };
  return parseConfiguration({ file: '/t.conf', text, modules, ...reader, ...others });
}

/** The tree as nested arrays, directives as lines. */
export function shape(section: SectionNode): unknown[] {
  const one = (node: ConfigNode): unknown => {
    const line = [node.name, ...node.args].join(' ');
    return node.kind === 'directive' ? line : { [line]: shape(node) };
  };
  return section.children.map(one);
}

/** The tree of a text, as `shape` gives it. */
export async function names(text: string, options: TestOptions = {}): Promise<unknown[]> {
  return shape((await parse(text, options)).tree);
}

/** Code and place of every error in a text. */
export async function problems(text: string, options: TestOptions = {}): Promise<string[]> {
  return (await parse(text, options)).errors.map(({ code, line, column }) => `${code} ${line}:${column}`);
}
