import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { servingIdentity } from './identity.ts';
import { startServer, type ServerProgram, type ServerSetup, type TestServer } from './server-setup.ts';

/** The repository's root. */
export const REPOSITORY: string = fileURLToPath(new URL('../../../', import.meta.url));

/** The daemon's entry, run from its source: a test needs no build. `FTPD_TEST_MAIN` names another, such as a build. */
export const FTPD_MAIN: string = process.env['FTPD_TEST_MAIN'] ?? `${REPOSITORY}apps/ftpd/src/main.ts`;

/** The Node of this repository and the arguments that run the daemon: from its source, with the sources of its packages. */
export function ftpdCommand(): { readonly file: string; readonly args: readonly string[] } {
  const conditions = FTPD_MAIN.endsWith('.ts') ? ['--conditions=@ftpd/source'] : [];
  return { file: process.execPath, args: [...conditions, FTPD_MAIN] };
}

function ftpd(): ServerProgram {
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
    fileUid: uid,
    fileGid: gid,
    file,
    args,
    serveArgs: ['-n', ...(isRoot ? ['--unprivileged'] : [])],
  };
}

/** Starts our daemon with a configuration and waits for its greeting. As root it serves as an unprivileged account. */
export async function startFtpd(setup: ServerSetup): Promise<TestServer> {
  return startServer(ftpd(), setup);
}
