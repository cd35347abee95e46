import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, PROFTPD, startProcess, until, type TestProcess } from '@ftpd/test-services';
import type { BanGoal } from './ban-goal.ts';
import { cpuSecondsOf } from './process-tree.ts';
import { DAEMON, missingForBench } from './servers.ts';

const connections = 20_000;
const concurrency = 50;
const bannedAddress = '127.0.9.1';
const message = '530 banned';
const leastTimes = 10;

type Program = 'ours' | 'proftpd';

/** Both read the same: one command that is not known bans its client for an hour. */
function configuration(folder: string, port: number): string {
  return `ServerName bench
ServerType standalone
Port ${port}
DefaultAddress 127.0.0.1
UseIPv6 off
User nobody
Group nogroup
UseReverseDNS off
SystemLog none
TransferLog none
WtmpLog off
MaxInstances none
TCPBackLog 255
PidFile ${folder}/pid
ScoreboardFile ${folder}/scoreboard
<IfModule mod_delay.c>
  DelayEngine off
</IfModule>
<IfModule mod_ctrls.c>
  ControlsEngine off
</IfModule>
ModulePath /usr/lib/proftpd
LoadModule mod_ban.c
BanEngine on
BanTable ${folder}/bans
BanMessage "banned"
BanOnEvent UnhandledCommand 1/01:00:00 01:00:00
`;
}

/** What a client from an address reads until the server closes; what it says, if anything, after the first line. */
function visit(port: number, localAddress: string, line?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      if (received === '' && line !== undefined) socket.write(line);
      received += text;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(received));
  });
}

async function flood(port: number, count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const received = await visit(port, bannedAddress).catch(String);
      if (!received.startsWith(message)) throw new Error(`a banned client read ${JSON.stringify(received)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

/** Processor seconds of all processes of a server for the flood. */
async function floodSeconds(program: Program, parent: string): Promise<number> {
  const folder = join(parent, program);
  mkdirSync(folder, { mode: 0o755 });
  const port = await freePort();
  const file = join(folder, 'server.conf');
  writeFileSync(file, configuration(folder, port));
  const node = join(folder, 'node');
  if (program === 'ours') copyFileSync(process.execPath, node);
  const [command, ...args] = program === 'ours' ? [node, DAEMON] : [PROFTPD];
  const child: TestProcess = await startProcess(command ?? '', [...args, '-n', '-q', '-c', file], {
    name: program,
    env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
  });
  try {
    await until(
      async () => (await visit(port, bannedAddress, 'FOO\r\n')).includes(message),
      30_000,
      `a ban by ${program}`,
    );
    await flood(port, 500);
    await delay(500);
    const before = cpuSecondsOf(child.pid);
    const begunMs = performance.now();
    await flood(port, connections);
    const seconds = (performance.now() - begunMs) / 1000;
    // ProFTPD's last children end after their clients.
    await delay(1000);
    const cpuSeconds = cpuSecondsOf(child.pid) - before;
    console.log(
      `${program}: ${connections} connections of a banned host in ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(2)} s of processor`,
    );
    return cpuSeconds;
  } catch (error) {
    throw new Error(`${program}: ${String(error)}\n${child.output()}`, { cause: error });
  } finally {
    await child.stop('SIGTERM');
  }
}

/** What 20,000 connections of a banned host cost our daemon, and ProFTPD. As root, after a build. */
export async function floodGoals(): Promise<readonly BanGoal[]> {
  const missing = missingForBench();
  if (missing !== undefined) throw new Error(missing);
  const parent = mkdtempSync('/dev/shm/ftpd-bench-ban-');
  try {
    const ours = await floodSeconds('ours', parent);
    const theirs = await floodSeconds('proftpd', parent);
    return [
      {
        what: 'a flood from a banned host',
        figure: `ProFTPD needs ${(theirs / ours).toFixed(1)} x the processor time`,
        goal: `${leastTimes} x`,
        isMet: theirs >= leastTimes * ours,
      },
    ];
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
