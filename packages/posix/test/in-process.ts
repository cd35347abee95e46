import { execFile } from 'node:child_process';
import { toolUrls, type ThreadTools } from './on-thread.ts';

const program = (source: string, input: unknown): string => `
  import fs from 'node:fs';
  import * as posix from ${JSON.stringify(toolUrls.posix)};
  import * as seccomp from ${JSON.stringify(toolUrls.seccomp)};
  const result = await (${source})({ posix, fs, seccomp }, ${JSON.stringify(input ?? null)});
  fs.writeSync(1, JSON.stringify(result ?? null));
`;

export interface ProcessSetup {
  /** A program with arguments that becomes Node, such as setpriv. */
  readonly prefix?: readonly string[];
  readonly nodeOptions?: readonly string[];
}

/**
 * Runs `work` in a process of its own, for what is of the whole process. Input and result are JSON.
 * @throws with what the process wrote when it fails.
 */
export function inProcess<Input, Result>(
  work: (tools: ThreadTools, input: Input) => Result,
  input: Input,
  { prefix = [], nodeOptions = [] }: ProcessSetup = {},
): Promise<Awaited<Result>> {
  const source = program(work.toString(), input);
  const command = [
    ...prefix,
    process.execPath,
    '--conditions=@ftpd/source',
    ...nodeOptions,
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
