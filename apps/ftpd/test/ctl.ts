import { userInfo } from 'node:os';
import { join } from 'node:path';
import { FTPD_MAIN, runProgram, type ProgramResult } from '@ftpd/test-services';
import { runFtpdctl } from '../src/ftpdctl/run.ts';

/** By its whole path: a package manager may have put ours before it. */
export const DEBIAN_CTL = '/usr/bin/ftpdctl';

/** Removes what another client with the same process number left: ProFTPD's could not bind there. */
const ALONE = ['sh', '-c', 'rm -f "/tmp/ftp.cl$(printf %05d $$)"; exec "$@"', 'sh'] as const;

/** Who runs the tests, and so the clients of the control socket. */
export const ownName: string = userInfo().username;

/** What a server needs for a control socket at `FOLDER/run/ctl`. */
export const CONTROLS = `ControlsEngine on
ControlsSocket %{env:FTPD_TEST_FOLDER}/run/ctl
ControlsInterval 1
ControlsACLs all allow user ${ownName}
`;

export const socketOf = ({ folder }: { readonly folder: string }): string => join(folder, 'run/ctl');

/** What a client said, without the `ftpdctl: ` before each line. */
export interface CtlResult {
  readonly code: number | undefined;
  readonly lines: readonly string[];
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^ftpdctl: /u, ''));

/** Runs Debian's ftpdctl. @param as - Words of setpriv, to be somebody else. */
export async function debianCtl(
  socket: string,
  args: readonly string[],
  as: readonly string[] = [],
): Promise<CtlResult> {
  const identity = as.length === 0 ? [] : ['setpriv', ...as];
  const [file, ...rest] = [...ALONE, ...identity, DEBIAN_CTL, '-s', socket, ...args];
  const { code, output } = await runProgram(file, rest);
  return { code, lines: linesOf(output) };
}

/** Runs our ftpdctl, in this process. */
export async function ownCtl(socket: string, ...args: readonly string[]): Promise<CtlResult> {
  const lines: string[] = [];
  const code = await runFtpdctl(['-s', socket, ...args], {
    print: (line) => lines.push(line),
    printError: (line) => lines.push(line),
    version: '0',
  });
  return { code, lines: linesOf(lines.join('\n')) };
}

/** Runs our ftpdctl as a program. */
export function spawnCtl(...args: readonly string[]): Promise<ProgramResult> {
  const isSource = FTPD_MAIN.endsWith('.ts');
  const main = isSource ? join(FTPD_MAIN, '../ftpdctl/main.ts') : join(FTPD_MAIN, '../ftpdctl.js');
  return runProgram(process.execPath, [...(isSource ? ['--conditions=@ftpd/source'] : []), main, ...args]);
}
