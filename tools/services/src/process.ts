import { spawn, type ChildProcess } from 'node:child_process';
import { within } from './deadline.ts';

/** A child process of a test. */
export interface TestProcess {
  readonly pid: number;
  /** What it wrote so far, both streams in the order of arrival; the newest 256 KiB. */
  output(): string;
  /** Whether it still runs. */
  isRunning(): boolean;
  /** Settles when it ends, with its exit code, or undefined after a signal. */
  readonly ended: Promise<number | undefined>;
  /** Throws with the output if the process ended although nobody stopped it. */
  assertRunning(): void;
  /** Ends it and all it started: with the signal (default SIGTERM), then with SIGKILL after two seconds. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ProcessOptions {
  /** Name in error messages. Default: the command. */
  readonly name?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const MAX_OUTPUT_CHARS = 262_144;
const GRACE_MS = 2_000;

const running = new Set<ChildProcess>();
let isHooked = false;

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}

/** A test runner that is interrupted must leave no server behind. */
function killAtExit(child: ChildProcess): void {
  running.add(child);
  if (isHooked) return;
  isHooked = true;
  process.once('exit', () => {
    for (const each of running) killGroup(each, 'SIGKILL');
  });
}

/** Starts a program in a process group of its own. It is expected to run until `stop`. */
export async function startProcess(
  command: string,
  args: readonly string[],
  { name = command, env = process.env, cwd }: ProcessOptions = {},
): Promise<TestProcess> {
  const child = spawn(command, args, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-MAX_OUTPUT_CHARS);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const ended = new Promise<number | undefined>((resolve) =>
    child.once('close', (code) => resolve(code ?? undefined)),
  );
  void ended.then(() => running.delete(child));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`cannot start ${name}: ${cause.message}`, { cause })));
  });
  killAtExit(child);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid as number,
    output: () => output,
    isRunning,
    ended,
    assertRunning() {
      if (!isRunning())
        throw new Error(`${name} ended with ${child.signalCode ?? child.exitCode}:\n${output}`);
    },
    async stop(signal = 'SIGTERM') {
      killGroup(child, signal);
      try {
        await within(ended, GRACE_MS, `${name} after ${signal}`);
      } catch {
        killGroup(child, 'SIGKILL');
        await within(ended, GRACE_MS, `${name} after SIGKILL`);
      }
      killGroup(child, 'SIGKILL');
    },
  };
}

/** What a program that ran to its end has left. */
export interface ProgramResult {
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs a program to its end, killing it at the deadline. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { deadlineMs = 15_000, ...options }: ProcessOptions & { readonly deadlineMs?: number } = {},
): Promise<ProgramResult> {
  const child = await startProcess(command, args, options);
  try {
    const code = await within(child.ended, deadlineMs, `${command} ${args.join(' ')}`);
    return { code, output: child.output() };
  } catch (error) {
    await child.stop();
    throw new Error(`${(error as Error).message}\n${child.output()}`, { cause: error });
  }
}
