import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  chmodSync,
  chownSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  freePort,
  ftpdCommand,
  PASSWORD,
  removeFolder,
  runProgram,
  servingIdentity,
  startProcess,
  temporaryFolder,
  until,
  type TestProcess,
} from '@ftpd/test-services';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const { isRoot, uid, gid } = servingIdentity();
const { file: node, args: program } = ftpdCommand();
/** SHA-256 crypt of `PASSWORD`. */
const hash = '$5$rounds=1000$ftpdtest$b/aq93Y4jD5YrWDEiDUCYIKe7oj4eNhYNiLd84gg2B3';
const startMs = 20_000;

/** How the daemon runs. */
const modes = isRoot
  ? [
      { name: 'as one process', options: ['--unprivileged'] },
      { name: 'with a keeper', options: [] },
    ]
  : [{ name: 'as one process', options: [] }];
let startOptions: readonly string[] = [];

let folder = '';
let port = 0;
const config = () => join(folder, 'proftpd.conf');
const log = () => readFileSync(join(folder, 'system.log'), 'utf8');

/** The lines of a daemon on `port`, with its files in the folder. */
function write(...lines: string[]): void {
  const base = [
    'ServerName "Test"',
    `Port ${port}`,
    'UseReverseDNS off',
    ...(isRoot ? ['User nobody', 'Group nogroup'] : []),
    'RequireValidShell off',
    'UseFtpUsers off',
    'AuthOrder mod_auth_file.c',
    `AuthUserFile ${folder}/passwd`,
    `PidFile ${folder}/run/pid`,
    `ScoreboardFile ${folder}/run/scoreboard`,
    `SystemLog ${folder}/system.log`,
    `TransferLog ${folder}/xferlog`,
    'DefaultRoot ~',
  ];
  writeFileSync(config(), [...base, ...lines, ''].join('\n'));
}

beforeEach(async () => {
  folder = temporaryFolder('daemon-');
  port = await freePort();
  for (const name of ['home', 'run']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'passwd'), `alice:${hash}:${uid}:${gid}::${folder}/home:/bin/sh\n`);
  chmodSync(join(folder, 'passwd'), 0o600);
  if (isRoot) for (const name of ['passwd', 'home']) chownSync(join(folder, name), uid, gid);
});

afterEach(() => {
  removeFolder(folder);
});

const args = (...more: string[]) => [...program, ...startOptions, '-c', config(), ...more];
const run = (...more: string[]) => runProgram(node, args(...more), { name: 'ftpd' });
const isThere = (name: string) => existsSync(join(folder, name));
const pid = () => Number(readFileSync(join(folder, 'run/pid'), 'utf8'));

async function foreground(...more: string[]): Promise<TestProcess> {
  const daemon = await startProcess(node, args('-n', ...more), { name: 'ftpd' });
  await until(
    () => {
      daemon.assertRunning();
      return /STARTUP/.test(daemon.output()) || undefined;
    },
    startMs,
    'start of the daemon',
  );
  return daemon;
}

async function client(): Promise<ControlClient> {
  const control = await ControlClient.connect({ port });
  await control.expect(220);
  return control;
}

async function logIn(control: ControlClient): Promise<void> {
  await control.ask('USER alice', 331);
  await control.ask(`PASS ${PASSWORD}`, 230);
}

async function greeting(): Promise<string> {
  const control = await ControlClient.connect({ port });
  const { text } = await control.expect(220);
  control.destroy();
  return text;
}

describe.each(modes)('the daemon in the foreground, $name', ({ options }) => {
  beforeAll(() => {
    startOptions = options;
  });

  it('serves, and takes its files with it when it ends', async () => {
    write();
    const daemon = await foreground();
    expect(pid()).toBe(daemon.pid);
    expect(isThere('run/scoreboard')).toBe(true);
    const control = await client();
    await logIn(control);
    process.kill(daemon.pid, 'SIGTERM');
    expect(await daemon.ended).toBe(0);
    await until(() => (!isThere('run/pid') && !isThere('run/scoreboard')) || undefined, 2000, 'files gone');
    control.destroy();
    expect(log()).toMatch(/proftpd\[\d+\] \S+: ProFTPD 1\.3\.8 \(ftpd \S+\) standalone mode STARTUP\n/);
    expect(log()).toMatch(/ProFTPD killed \(signal 15\)\n.*SHUTDOWN\n$/);
  });

  it('takes a new configuration at SIGHUP for new sessions only', async () => {
    write();
    const daemon = await foreground();
    const before = await client();
    write('ServerIdent on "Second"', 'TimeoutIdle 77');
    process.kill(daemon.pid, 'SIGHUP');
    await until(async () => (await greeting()) === 'Second', 5000, 'new greeting');
    expect(await greeting()).toBe('Second');
    await logIn(before);
    before.destroy();
    await daemon.stop();
  });

  it('keeps the old configuration when the new one is bad, and says why', async () => {
    write();
    const daemon = await foreground();
    write('Bogus on', 'Umask 999');
    process.kill(daemon.pid, 'SIGHUP');
    await until(
      () => /the one that was in force before stays/.test(log()) || undefined,
      5000,
      'refusal in the log',
    );
    expect(log()).toMatch(/unknown configuration directive 'Bogus' on line \d+ of/);
    expect(log()).toMatch(/Umask: '999' is not a valid umask/);
    expect(await greeting()).toMatch(/^ProFTPD Server \(Test\)/);
    await daemon.stop();
  });

  it('listens on the ports of the new configuration, and no longer on the old', async () => {
    write();
    const daemon = await foreground();
    const oldPort = port;
    port = await freePort();
    write();
    process.kill(daemon.pid, 'SIGHUP');
    await until(async () => await greeting().catch(() => undefined), 5000, 'new port');
    await expect(ControlClient.connect({ port: oldPort })).rejects.toThrow(/ECONNREFUSED/);
    await daemon.stop();
  });

  it('writes TransferLog', async () => {
    write('AllowOverwrite on');
    const daemon = await foreground();
    writeFileSync(join(folder, 'home/a b'), 'hello');
    if (isRoot) chownSync(join(folder, 'home/a b'), uid, gid);
    const control = await client();
    await logIn(control);
    control.send('DELE a b');
    await control.expect(250);
    const line =
      /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4} 0 127\.0\.0\.1 5 \S+\/home\/a_b [ab] _ d r alice ftp 0 \* c\n$/;
    const read = () => readFileSync(join(folder, 'xferlog'), 'utf8');
    await until(() => read() !== '', 5000, 'line of TransferLog');
    expect(read()).toMatch(line);
    control.destroy();
    await daemon.stop();
  });

  it('refuses a port that is taken, and leaves the files of who has it', async () => {
    write();
    const daemon = await foreground();
    const second = await run('-n');
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/Failed binding to ::, port \d+: Address already in use/);
    expect(pid()).toBe(daemon.pid);
    await daemon.stop();
  });

  it('ends after one session with -X', async () => {
    write();
    const daemon = await foreground('-X');
    (await client()).destroy();
    expect(await daemon.ended).toBe(0);
  });

  it('lives on after SIGHUPs in a row, and ends at once at the second SIGTERM', async () => {
    write();
    const daemon = await foreground();
    for (let count = 0; count < 5; count += 1) process.kill(daemon.pid, 'SIGHUP');
    const control = await client();
    process.kill(daemon.pid, 'SIGTERM');
    process.kill(daemon.pid, 'SIGTERM');
    expect(await daemon.ended).toBe(0);
    control.destroy();
  });
});

describe.each(modes)('the daemon in the background, $name', ({ options }) => {
  beforeAll(() => {
    startOptions = options;
  });

  it('lets its parent go once it listens', async () => {
    write();
    const started = await run();
    expect(started).toMatchObject({ code: 0, output: '' });
    expect(await greeting()).toMatch(/^ProFTPD Server/);
    const child = pid();
    process.kill(child, 'SIGTERM');
    await until(() => !isThere('run/pid') || undefined, 2000, 'PidFile gone');
  });

  it('fails with the reason and without a PidFile for a bad configuration', async () => {
    write('Bogus on');
    const started = await run();
    expect(started.code).toBe(1);
    expect(started.output).toMatch(/unknown configuration directive 'Bogus' on line \d+/);
    expect(isThere('run/pid')).toBe(false);
  });

  it('follows a SystemLog that was moved away, at SIGHUP', async () => {
    write();
    expect((await run()).code).toBe(0);
    renameSync(join(folder, 'system.log'), join(folder, 'system.log.1'));
    // After root was given up the folder must let the daemon make the file again.
    if (isRoot) chownSync(folder, uid, gid);
    process.kill(pid(), 'SIGHUP');
    await until(() => isThere('system.log') || undefined, 5000, 'new SystemLog');
    process.kill(pid(), 'SIGTERM');
    await until(() => !isThere('run/pid') || undefined, 2000, 'PidFile gone');
  });
});

describe('the command line', () => {
  it('checks a configuration and reports every error', async () => {
    write();
    expect(await run('-t')).toMatchObject({
      code: 0,
      output: 'Checking syntax of configuration file\nSyntax check complete.\n',
    });
    write('Bogus on', 'Umask 999', 'MaxClients');
    const { code, output } = await run('-t');
    expect(code).toBe(1);
    expect(output.match(/: fatal: /g)).toHaveLength(3);
    expect(output).toMatch(
      /proftpd\.conf:\d+:1: fatal: unknown configuration directive 'Bogus' on line \d+ of/,
    );
  });

  it.each([
    ['-v', /^ProFTPD Version 1\.3\.8 \(ftpd \S+\)\n$/],
    ['-vv', /^ProFTPD Version: 1\.3\.8/],
    ['-V', /^Compile-time Settings:\n {2}Version: 1\.3\.8 [^]*\n {4}\+ IPv6 support\n/],
    ['-l', /^Compiled-in modules:\n {2}mod_core\.c\n/],
    ['-h', /^usage: ftpd \[options\]\n/],
  ])('answers %s', async (option, expected) => {
    const { code, output } = await runProgram(node, [...program, option], { name: 'ftpd' });
    expect(code).toBe(0);
    expect(output).toMatch(expected);
  });

  it('refuses what it does not know, with its usage', async () => {
    const { code, output } = await runProgram(node, [...program, '-Z'], { name: 'ftpd' });
    expect(code).toBe(1);
    expect(output).toMatch(/proftpd\[\d+\]: unknown option: Z\nusage: ftpd \[options\]\n/);
  });
});
