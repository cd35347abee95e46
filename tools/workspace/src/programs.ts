import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository, without a slash at its end. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/**
 * Runs a program of PATH or node_modules/.bin in the root folder, with our standard input, output and error.
 * Signals that this process gets are passed on, and it waits for the program whatever comes.
 * @returns the exit code, as a shell has it: 128 + number for a signal, 127 when it could not be started.
 */
export async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const path = [join(root, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter);
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...env, PATH: path } });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } catch (error) {
    console.error(`${program} could not be started: ${String(error)}`);
    return 127;
  } finally {
    for (const signal of signals) process.off(signal, passOn);
  }
}

/**
 * Builds what changed; nx knows what that is.
 * @param project - With all that it depends on. Omitted: everything.
 */
export async function build(project?: string): Promise<number> {
  const choice = project === undefined ? [] : ['--projects', project];
  return run('nx', ['run-many', '-t', 'build', '--output-style=static', ...choice]);
}
