import { servingIdentity } from './identity.ts';
import { removeSharedMemoryOf } from './shared-memory.ts';
import { startServer, type ServerProgram, type ServerSetup, type TestServer } from './server-setup.ts';

/** Where Debian installs it. */
export const PROFTPD = '/usr/sbin/proftpd';

/**
 * ProFTPD must be root to change identity and root directory. An ordinary user is root in a user namespace of his own,
 * without the capabilities that would pass over permissions: there uid 0 is this user and nobody else.
 */
const AS_ORDINARY_USER = [
  'unshare',
  '--user',
  '--map-root-user',
  'setpriv',
  '--bounding-set=-dac_override,-dac_read_search,-fowner',
  PROFTPD,
];

function proftpd(): ServerProgram {
  const { isRoot, uid, gid } = servingIdentity();
  const words = isRoot ? [PROFTPD] : AS_ORDINARY_USER;
  const [file = PROFTPD, ...args] = words;
  return {
    kind: 'proftpd',
    // Its orderly end takes 0.4 s and is nothing that we test.
    stopSignal: 'SIGKILL',
    ...(isRoot
      ? { fileUid: 0, fileGid: 0, uid, gid, userName: 'nobody', groupName: 'nogroup' }
      : { fileUid: uid, fileGid: gid, uid: 0, gid: 0, userName: 'root', groupName: 'root' }),
    file,
    args,
    serveArgs: ['-n'],
  };
}

/** Starts Debian's ProFTPD with a configuration and waits for its greeting. */
export async function startProftpd(setup: ServerSetup): Promise<TestServer> {
  const server = await startServer(proftpd(), setup);
  return {
    ...server,
    async stop() {
      await server.stop();
      // By the inode of BanTable: the next server whose file has it would know the bans of this one.
      await removeSharedMemoryOf(server.process.pid);
    },
  };
}
