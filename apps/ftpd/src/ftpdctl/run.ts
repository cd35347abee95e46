import { existsSync } from 'node:fs';
import { escapeControls } from '../log/escape.ts';
import type { Answer } from './answer.ts';
import { exchange } from './exchange.ts';
import { exitCodeOf, Failure, ownExitCodes, type ExitCode } from './exit-codes.ts';
import { helpText } from './help.ts';
import { parseCommandLine, type Request } from './options.ts';

export interface CtlTerminal {
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  readonly version: string;
  /** Where a daemon may be; the first that is there is asked. At least one. */
  readonly sockets?: readonly [string, ...string[]];
  /** Of each attempt. */
  readonly timeoutMs?: number;
}

/** The defaults of ProFTPD and of Debian's configuration. */
const defaultSockets = ['/run/proftpd.sock', '/run/proftpd/proftpd.sock'] as const;

/** ProFTPD looks at its socket every ControlsInterval, which may be long. */
const defaultTimeoutMs = 60_000;

const say = (text: string): string => `ftpdctl: ${escapeControls(text)}`;

/** @returns the exit code. */
export async function runFtpdctl(argv: readonly string[], terminal: CtlTerminal): Promise<ExitCode> {
  const { print, printError, version } = terminal;
  const line = parseCommandLine(argv);
  switch (line.kind) {
    case 'help':
      print(helpText.trimEnd());
      return 0;
    case 'version':
      print(`ftpdctl ${version}`);
      return 0;
    case 'refused':
      printError(say(`${line.reason}; ftpdctl --help says more`));
      return ownExitCodes.wrongUsage;
    case 'request':
      return ask(line, terminal);
  }
}

async function ask(
  { action, args, socket, isJson, isVerbose }: Request,
  { print, printError, sockets = defaultSockets, timeoutMs = defaultTimeoutMs }: CtlTerminal,
): Promise<ExitCode> {
  const path = socket ?? sockets.find((candidate) => existsSync(candidate)) ?? sockets[0];
  try {
    const answer = await exchange(
      { action, args, wantsData: isJson },
      { path, timeoutMs, onStep: isVerbose ? (text) => printError(say(text)) : () => undefined },
    );
    const exitCode = exitCodeOf(answer.status);
    if (isJson) print(json(answer, exitCode));
    else for (const line of answer.lines) print(say(line));
    return exitCode;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isJson) print(JSON.stringify({ status: 'no-answer', exitCode: error.code, lines: [error.message] }));
    else printError(say(error.message));
    return error.code;
  }
}

function json({ status, lines, data }: Answer, exitCode: ExitCode): string {
  return JSON.stringify({ status, exitCode, lines, ...(data === undefined ? {} : { data }) });
}
