import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository, without a slash at its end. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

function start(
  program: string,
  args: readonly string[],
  stdio: StdioOptions,
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const path = [join(root, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter);
  return spawn(program, args, { cwd: root, stdio, env: { ...env, PATH: path } });
}

/** Passes on the signals that this process gets, and waits for the program whatever comes. */
async function exitCode(child: ChildProcess): Promise<number> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } catch (error) {
    console.error(`${child.spawnfile} could not be started: ${String(error)}`);
    return 127;
  } finally {
    for (const signal of signals) process.off(signal, passOn);
  }
}

/**
 * Runs a program of PATH or node_modules/.bin in the root folder, with our standard input, output and error.
 * @returns the exit code, as a shell has it: 128 + number for a signal, 127 when it could not be started.
 */
export async function run(
  program: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<number> {
  return exitCode(start(program, args, 'inherit', env));
}

/**
 * Builds what changed; nx knows what that is. Says a line for each package, and everything when it goes wrong.
 * @param project - With all that it depends on. Omitted: everything.
 * @returns nx's exit code.
 */
export async function build(project?: string): Promise<number> {
  const choice = project === undefined ? [] : ['--projects', project];
  const nx = start(
    'nx',
    ['run-many', '-t', 'build', '--output-style=static', ...choice],
    ['ignore', 'pipe', 'pipe'],
  );
  const output: string[] = [];
  const ended = exitCode(nx);
  nx.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  if (nx.stdout !== null) {
    for await (const line of createInterface({ input: nx.stdout })) {
      output.push(`${line}\n`);
      const [, task] = /^> nx run (\S+)/.exec(line) ?? [];
      if (task !== undefined) console.log(line.endsWith(']') ? `${task}: up to date` : task);
    }
  }
  const code = await ended;
  if (code !== 0) console.error(output.join(''));
  return code;
}
