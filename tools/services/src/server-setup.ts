import { chmodSync, lchownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childProcesses } from './child-processes.ts';
import { confinedCommand } from './confined-command.ts';
import { until } from './deadline.ts';
import { ControlClient } from './control-client.ts';
import { servingIdentity } from './identity.ts';
import { makeTree, removeFolder, temporaryFolder, type Tree } from './temp-tree.ts';
import { runProgram, startProcess, type ProgramResult, type TestProcess } from './process.ts';
import type { OwnFiles } from './own-files.ts';
import { freePortRange } from './ports.ts';

/** Which program serves. */
export type ServerKind = 'proftpd' | 'ftpd';

/** Password of every account that the tests make. */
export const PASSWORD = 'test';

/** SHA-256 crypt of `PASSWORD`, few rounds: a test logs in hundreds of times. */
const PASSWORD_HASH = '$5$rounds=1000$ftpdtest$b/aq93Y4jD5YrWDEiDUCYIKe7oj4eNhYNiLd84gg2B3';

/** An account in the server's AuthUserFile. */
export interface ServerUser {
  readonly name: string;
  /** Home, relative to the server's folder; made if missing. Default: `homes/NAME`. */
  readonly home?: string;
  /** Hash for the password field. Default: that of `PASSWORD`. */
  readonly hash?: string;
  readonly shell?: string;
  /** Owner of the home, and whose rights the sessions have where the server acts as its users. Default: the one that serves. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerSetup {
  /**
   * The whole configuration. It reaches the server unchanged and finds its place through `%{env:NAME}`:
   * `FTPD_TEST_PORT`, `FTPD_TEST_PORT2` and so on (free ports), `FTPD_TEST_FOLDER` (a fresh folder),
   * `FTPD_TEST_USER`, `FTPD_TEST_GROUP` (who serves).
   */
  readonly config: string;
  /** Accounts; written to `FOLDER/passwd` and `FOLDER/group`. */
  readonly users?: readonly ServerUser[];
  /** Files in the server's folder. */
  readonly files?: Tree;
  /** How many ports the configuration names. Default: 1. */
  readonly portCount?: number;
  /** Further arguments of the program. */
  readonly args?: readonly string[];
  /** How many descriptors the program may have open. Default: as many as the test. */
  readonly maxDescriptors?: number;
  /** Folder below the server's in which it alone sees a small disk of its own, of 64 KiB. */
  readonly smallDisk?: string;
  /** Files of the system that it alone sees. Takes root. */
  readonly ownFiles?: OwnFiles;
}

/** A server that answers on `port`. */
export interface TestServer {
  readonly kind: ServerKind;
  readonly port: number;
  /** All its ports, `port` first. */
  readonly ports: readonly number[];
  /** Where its files are. */
  readonly folder: string;
  readonly process: TestProcess;
  /** The process that has the sessions: `process` itself, or the one that it keeps. */
  readonly servingPid: () => number;
  /** Its home folder of a user. */
  readonly home: (user: string) => string;
  /** What the program says to `-t` about the same configuration. */
  check(): Promise<ProgramResult>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** What differs between the programs. */
export interface ServerProgram {
  readonly kind: ServerKind;
  /** Owner of the configuration and of the account files. */
  readonly fileUid: number;
  readonly fileGid: number;
  /** Account in AuthUserFile and in User and Group. */
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  readonly stopSignal: NodeJS.Signals;
  readonly file: string;
  readonly args: readonly string[];
  /** Arguments that let it serve. */
  readonly serveArgs: readonly string[];
}

const START_MS = 25_000;
const PORT_ATTEMPTS = 3;

function homeOf({ name, home = `homes/${name}` }: ServerUser): string {
  return home;
}

function writeAccounts(
  folder: string,
  users: readonly ServerUser[],
  { uid, gid, userName, groupName }: ServerProgram,
): void {
  const lines = users.map((user) =>
    [
      user.name,
      user.hash ?? PASSWORD_HASH,
      user.uid ?? uid,
      user.gid ?? gid,
      '',
      join(folder, homeOf(user)),
      user.shell ?? '/bin/sh',
    ].join(':'),
  );
  // `<Anonymous>` serves as this account, which must be known.
  lines.push([userName, '*', uid, gid, '', '/', '/bin/false'].join(':'));
  const group = `${groupName}:x:${gid}:`;
  for (const [name, text] of [
    ['passwd', lines.join('\n')],
    ['group', group],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    chmodSync(path, 0o600);
  }
}

async function greets(port: number, server: TestProcess): Promise<true> {
  server.assertRunning();
  const client = await ControlClient.connect({ port });
  try {
    await client.expect(220);
    server.assertRunning();
    return true;
  } finally {
    client.destroy();
  }
}

async function launch(
  program: ServerProgram,
  {
    config,
    users = [],
    files = {},
    portCount = 1,
    args = [],
    maxDescriptors,
    smallDisk,
    ownFiles,
  }: ServerSetup,
): Promise<TestServer> {
  const folder = temporaryFolder(`${program.kind}-`);
  // Writable for the group too: a configuration may name another account of the same group.
  lchownSync(folder, program.fileUid, program.fileGid);
  chmodSync(folder, 0o775);
  makeTree(folder, files);
  for (const user of users) {
    const home = join(folder, homeOf(user));
    makeTree(home, {});
    // An ordinary user owns what it makes, and can't give it away; below unshare that is uid 0.
    if (servingIdentity().isRoot) lchownSync(home, user.uid ?? program.uid, user.gid ?? program.gid);
  }
  const port = await freePortRange(portCount);
  const ports = Array.from({ length: portCount }, (_, index) => port + index);
  writeAccounts(folder, users, program);
  const configFile = join(folder, 'server.conf');
  writeFileSync(configFile, config, { mode: 0o644 });
  // The unprivileged variant reads its files after it became this account.
  for (const name of ['passwd', 'group', 'server.conf'])
    lchownSync(join(folder, name), program.fileUid, program.fileGid);
  const env = {
    ...process.env,
    FTPD_TEST_PORT: String(port),
    ...Object.fromEntries(ports.slice(1).map((each, index) => [`FTPD_TEST_PORT${index + 2}`, String(each)])),
    FTPD_TEST_FOLDER: folder,
    FTPD_TEST_USER: program.userName,
    FTPD_TEST_GROUP: program.groupName,
  };
  const run = [program.file, ...program.args, ...program.serveArgs, '-c', configFile, ...args];
  const disk = smallDisk === undefined ? undefined : join(folder, smallDisk);
  const confined = confinedCommand(
    run,
    { maxDescriptors, smallDisk: disk, ownFiles },
    servingIdentity().isRoot,
  );
  const child = await startProcess(confined[0], confined.slice(1), { name: program.kind, env });
  const stop = async (): Promise<void> => {
    await child.stop(program.stopSignal);
    removeFolder(folder);
  };
  try {
    await Promise.race([
      until(() => greets(port, child), START_MS, `greeting of ${program.kind}`),
      child.ended.then(() => child.assertRunning()),
    ]);
  } catch (error) {
    const log = child.output();
    await stop();
    throw new Error(`${program.kind} does not serve: ${(error as Error).message}\n${log}`, { cause: error });
  }
  return {
    kind: program.kind,
    port,
    ports,
    folder,
    process: child,
    servingPid: () => childProcesses(child.pid)[0] ?? child.pid,
    check: () =>
      runProgram(program.file, [...program.args, '-t', '-c', configFile, ...args], {
        name: program.kind,
        env,
      }),
    home: (user) => join(folder, homeOf(users.find(({ name }) => name === user) ?? { name: user })),
    stop,
  };
}

/** Starts a server and waits for its greeting; another process may have taken the port meanwhile, so it tries again. */
export async function startServer(program: ServerProgram, setup: ServerSetup): Promise<TestServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(program, setup);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/in use|EADDRINUSE/i.test((error as Error).message)) throw error;
    }
  }
}
