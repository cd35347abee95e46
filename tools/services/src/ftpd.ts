import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { servingIdentity } from './identity.ts';
import { startServer, type ServerProgram, type ServerSetup, type TestServer } from './server-setup.ts';

/** The repository's root. */
export const REPOSITORY: string = fileURLToPath(new URL('../../../', import.meta.url));

/** The daemon's entry: its source, so that a test needs no build. `npm test` names its build in `FTPD_TEST_MAIN`. */
export const FTPD_MAIN: string = process.env['FTPD_TEST_MAIN'] ?? `${REPOSITORY}apps/ftpd/src/main.ts`;

/** The Node of this repository and the arguments that run the daemon; its source goes with the sources of its packages. */
export function ftpdCommand(): { readonly file: string; readonly args: readonly string[] } {
  const conditions = FTPD_MAIN.endsWith('.ts') ? ['--conditions=@ftpd/source'] : [];
  return { file: process.execPath, args: [...conditions, FTPD_MAIN] };
}

export interface FtpdMode {
  /**
   * Started as root without further ado: a keeper, and a server whose sessions act as their users. Only where the tests
   * run as root. Default: as root it becomes an unprivileged account for good.
   */
  readonly asRoot?: boolean;
}

function ftpd({ asRoot = false }: FtpdMode): ServerProgram {
  const { isRoot, uid, gid } = servingIdentity();
  const { file, args } = ftpdCommand();
  const account = isRoot
    ? { userName: 'nobody', groupName: 'nogroup' }
    : { userName: userInfo().username, groupName: `#${gid}` };
  return {
    kind: 'ftpd',
    stopSignal: 'SIGTERM',
    ...account,
    uid,
    gid,
    fileUid: asRoot ? 0 : uid,
    fileGid: asRoot ? 0 : gid,
    file,
    args,
    serveArgs: ['-n', ...(isRoot && !asRoot ? ['--unprivileged'] : [])],
  };
}

/** Starts our daemon with a configuration and waits for its greeting. */
export async function startFtpd(setup: ServerSetup, mode: FtpdMode = {}): Promise<TestServer> {
  if (mode.asRoot === true && !servingIdentity().isRoot) throw new Error('these tests do not run as root');
  return startServer(ftpd(mode), setup);
}
