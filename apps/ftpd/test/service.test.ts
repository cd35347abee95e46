import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ftpdCommand,
  freePort,
  removeFolder,
  runProgram,
  servingIdentity,
  startDatagramReceiver,
  startProcess,
  temporaryFolder,
  until,
  childProcesses,
  type DatagramReceiver,
  type TestProcess,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { isRoot } = servingIdentity();
const modes = isRoot
  ? [
      { name: 'as one process', options: ['--unprivileged'], hasKeeper: false },
      { name: 'with a keeper', options: [], hasKeeper: true },
    ]
  : [{ name: 'as one process', options: [], hasKeeper: false }];
const waitMs = 25_000;

let folder = '';
let manager: DatagramReceiver | undefined;
let daemon: TestProcess | undefined;
let env: NodeJS.ProcessEnv = {};
let port = 0;

beforeEach(async () => {
  folder = temporaryFolder('service-');
  const socket = join(folder, 'notify');
  manager = await startDatagramReceiver(socket);
  port = await freePort();
  writeFileSync(
    join(folder, 'server.conf'),
    [
      `Port ${port}`,
      'UseIPv6 off',
      'UseReverseDNS off',
      ...(isRoot ? ['User nobody', 'Group nogroup'] : []),
      `PidFile ${folder}/pid`,
      `ScoreboardFile ${folder}/scoreboard`,
      'SystemLog none',
      '',
    ].join('\n'),
  );
  env = { ...process.env, NOTIFY_SOCKET: socket };
});

afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  await manager?.stop();
  removeFolder(folder);
});

const { file, args } = ftpdCommand();

async function start(options: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<TestProcess> {
  daemon = await startProcess(file, [...args, '-n', ...options, '-c', join(folder, 'server.conf')], {
    env: { ...env, ...more },
  });
  return daemon;
}

const heard = (pattern: RegExp): readonly string[] =>
  manager?.messages().filter((message) => pattern.test(message)) ?? [];

async function told(pattern: RegExp, count = 1): Promise<readonly string[]> {
  await until(
    () => {
      daemon?.assertRunning();
      return heard(pattern).length >= count;
    },
    waitMs,
    `${count} of ${pattern}; there are ${JSON.stringify(manager?.messages())}\n${daemon?.output()}`,
  );
  return heard(pattern);
}

describe.each(modes)('a daemon $name that a service manager started', ({ options, hasKeeper }) => {
  it('tells when it serves, reads its configuration again, and ends', async () => {
    const { pid, ended } = await start(options);
    const [ready] = await told(/^READY=1/);
    expect(ready).toMatch(new RegExp(`^READY=1\nMAINPID=${pid}\nSTATUS=Serving on .*:${port}$`));
    const before = process.hrtime.bigint() / 1000n;
    process.kill(pid, 'SIGHUP');
    await told(/^READY=1/, 2);
    const [reloading = ''] = heard(/^RELOADING=1\n/);
    const monotonic = BigInt(/^MONOTONIC_USEC=(\d+)$/m.exec(reloading)?.[1] ?? 0);
    expect(monotonic).toBeGreaterThanOrEqual(before);
    writeFileSync(join(folder, 'server.conf'), 'Nonsense\n');
    process.kill(pid, 'SIGHUP');
    await told(/^READY=1/, 3);
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(0);
    await until(() => heard(/^STOPPING=1\n/).length > 0, waitMs, 'the last message');
    const order = manager?.messages().map((message) => message.split('=')[0]);
    expect(order).toEqual(['READY', 'RELOADING', 'READY', 'RELOADING', 'READY', 'STOPPING']);
  });

  it('shows signs of life only while the process that serves does', async () => {
    const { pid } = await start(options, { WATCHDOG_USEC: '200000' });
    await told(/^WATCHDOG=1$/, 3);
    const serving = hasKeeper ? (childProcesses(pid)[0] ?? 0) : pid;
    expect(serving === pid).toBe(!hasKeeper);
    expect(readFileSync(`/proc/${serving}/environ`, 'latin1').includes('NOTIFY_SOCKET')).toBe(!hasKeeper);
    process.kill(serving, 'SIGSTOP');
    await until(
      () => /^State:\s+T/m.test(readFileSync(`/proc/${serving}/status`, 'latin1')),
      waitMs,
      'a stop',
    );
    // A last answer may have been on its way.
    const signs = heard(/^WATCHDOG=1$/).length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(heard(/^WATCHDOG=1$/).length).toBeLessThanOrEqual(signs + 1);
    process.kill(serving, 'SIGCONT');
    await told(/^WATCHDOG=1$/, signs + 3);
  });

  it('hands over to the process in the background', async () => {
    const run = await runProgram(file, [...args, ...options, '-c', join(folder, 'server.conf')], { env });
    expect(run.code === 0 ? '' : run.output).toBe('');
    const pid = readFileSync(join(folder, 'pid'), 'latin1').trim();
    try {
      await told(/^READY=1/);
      await told(/^MAINPID=/);
      expect(heard(/^MAINPID=/)).toEqual([`MAINPID=${pid}\nREADY=1`]);
    } finally {
      process.kill(Number(pid), 'SIGTERM');
    }
    await told(/^STOPPING=1/);
  });
});
