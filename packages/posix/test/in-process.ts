import { execFile } from 'node:child_process';
import type { ThreadTools } from './on-thread.ts';

const program = (source: string, input: unknown): string => `
  import fs from 'node:fs';
  import * as posix from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
  const result = await (${source})({ posix, fs }, ${JSON.stringify(input ?? null)});
  fs.writeSync(1, JSON.stringify(result ?? null));
`;

/**
 * Runs `work` in a process of its own, for what is of the whole process. Input and result are JSON.
 * @param prefix - A program with arguments that becomes Node, such as setpriv.
 * @throws with what the process wrote when it fails.
 */
export function inProcess<Input, Result>(
  work: (tools: ThreadTools, input: Input) => Result,
  input: Input,
  prefix: readonly string[] = [],
): Promise<Awaited<Result>> {
  const source = program(work.toString(), input);
  const command = [
    ...prefix,
    process.execPath,
    '--conditions=@ftpd/source',
    '--input-type=module',
    '--eval',
    source,
  ];
  return new Promise((resolve, reject) => {
    execFile(command[0] ?? '', command.slice(1), { timeout: 15_000 }, (error, output, errors) => {
      if (error !== null) reject(new Error(`${error.message}\n${output}${errors}`));
      else resolve(JSON.parse(output) as Awaited<Result>);
    });
  });
}
