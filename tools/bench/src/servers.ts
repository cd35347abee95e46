import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ControlClient,
  freePort,
  PROFTPD,
  REPOSITORY,
  startProcess,
  until,
  type TestProcess,
} from '@ftpd/test-services';
import { PASSWORD, type Site } from './site.ts';

export type ServerName = 'ours' | 'proftpd' | 'pyftpdlib';

/** A server that answers. */
export interface BenchServer {
  readonly name: ServerName;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Debian's Python, which has pyftpdlib and runs the client of the transfers too. */
export const PYTHON = '/usr/bin/python3';

const PYFTPDLIB = fileURLToPath(new URL('pyftpdlib-server.py', import.meta.url));
/** Our daemon, built. */
export const DAEMON: string = join(REPOSITORY, 'apps/ftpd/dist/main.js');
const START_MS = 15_000;

/** What a benchmark puts into the configuration of both daemons. */
export type MoreDirectives = (name: ServerName) => string;

const nothingMore: MoreDirectives = () => '';

/** Both daemons read the same: nothing is logged, nothing is looked up, nobody is held up. */
function configuration(site: Site, port: number, name: ServerName, accountFile: string): string {
  return `ServerName bench
ServerType standalone
Port ${port}
DefaultAddress 127.0.0.1
UseIPv6 off
User nobody
Group nogroup
AuthOrder mod_auth_file.c
AuthUserFile ${accountFile}
RequireValidShell off
UseFtpUsers off
UseReverseDNS off
DefaultRoot ~
AllowOverwrite on
SystemLog none
TransferLog none
WtmpLog off
MaxInstances none
<IfModule !mod_ftpd.c>
  # The most that it takes; ours has 511 if not told otherwise.
  TCPBackLog 255
</IfModule>
PidFile ${join(site.folder, `${name}-${port}.pid`)}
ScoreboardFile ${join(site.folder, `${name}-${port}.scoreboard`)}
<IfModule mod_delay.c>
  DelayEngine off
</IfModule>
`;
}

function configured(site: Site, port: number, name: ServerName, more: MoreDirectives): string {
  const file = join(site.folder, `${name}-${port}.conf`);
  const accounts = site.accountFile(`${name}.passwd`, 0);
  writeFileSync(file, configuration(site, port, name, accounts) + more(name));
  return file;
}

interface Launch {
  readonly command: readonly [file: string, ...args: string[]];
  readonly env?: NodeJS.ProcessEnv;
  readonly cleanup?: () => void;
}

/**
 * With a Node of its own: pages of a program count in parts where several processes run it, and this benchmark, being
 * one, would make the daemon look smaller than it is.
 */
function launchOurs(site: Site, port: number, more: MoreDirectives): Launch {
  const folder = mkdtempSync(join(tmpdir(), 'ftpd-bench-node-'));
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  // As root, with its keeper, as ProFTPD is used.
  return {
    command: [node, DAEMON, '-n', '-c', configured(site, port, 'ours', more)],
    // As its launcher sets it.
    env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
    cleanup: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Launcher = (site: Site, port: number, more: MoreDirectives) => Launch;

const launches: { readonly [name in ServerName]: Launcher } = {
  ours: launchOurs,
  proftpd: (site, port, more) => ({
    command: [PROFTPD, '-n', '-c', configured(site, port, 'proftpd', more)],
  }),
  pyftpdlib: (site, port) => ({
    command: [PYTHON, PYFTPDLIB, String(port), site.home, String(site.accounts), PASSWORD],
  }),
};

/** What has to be there before a run. @returns a sentence about what is missing. */
export function missingForBench(): string | undefined {
  if (process.getuid?.() !== 0) return 'The benchmark has to be run as root: ProFTPD becomes other users.';
  const lacking = [PROFTPD, PYTHON, '/usr/lib/python3/dist-packages/pyftpdlib'].filter(
    (path) => !existsSync(path),
  );
  if (lacking.length > 0)
    return `Missing: ${lacking.join(', ')}. Run: apt-get install proftpd-core python3-pyftpdlib`;
  return existsSync(DAEMON) ? undefined : 'The daemon is not built: run npm run build first.';
}

async function greets(port: number, process: TestProcess): Promise<true> {
  process.assertRunning();
  const client = await ControlClient.connect({ port });
  try {
    await client.expect(220);
    return true;
  } finally {
    client.destroy();
  }
}

export async function startBenchServer(
  name: ServerName,
  site: Site,
  more: MoreDirectives = nothingMore,
): Promise<BenchServer> {
  const port = await freePort();
  const { command, env = process.env, cleanup } = launches[name](site, port, more);
  const [file, ...args] = command;
  const child = await startProcess(file, args, { name, env });
  const stop = async (): Promise<void> => {
    await child.stop('SIGTERM');
    cleanup?.();
  };
  try {
    await until(() => greets(port, child), START_MS, `greeting of ${name}`);
  } catch (error) {
    await stop();
    throw new Error(`${name} does not serve: ${(error as Error).message}\n${child.output()}`, {
      cause: error,
    });
  }
  return { name, port, pid: child.pid, stop };
}
