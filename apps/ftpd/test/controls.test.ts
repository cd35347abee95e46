import { once } from 'node:events';
import { chownSync, existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  runProgram,
  servingIdentity,
  startFtpd,
  startProftpd,
  until,
  type FtpdMode,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import { describeBeside } from './beside.ts';
import { CONTROLS, DEBIAN_CTL, debianCtl, ownCtl, ownName, socketOf, spawnCtl } from './ctl.ts';
import { nextServer } from './kept-daemon.ts';

const { isRoot } = servingIdentity();
const asOne = { name: 'of one process', mode: {} };
const modes: readonly { readonly name: string; readonly mode: FtpdMode }[] = isRoot
  ? [asOne, { name: 'with a keeper', mode: { asRoot: true } }]
  : [asOne];

const beside = { concurrent: true };

async function start(mode: FtpdMode, config = '', more: Partial<ServerSetup> = {}): Promise<TestServer> {
  const server = await startFtpd({ config: `${BASE_CONFIGURATION}${CONTROLS}${config}`, ...more }, mode);
  atEnd(() => server.stop());
  return server;
}

const helpLines = [
  'help: describe all registered controls',
  'insctrl: enable a disabled control',
  'lsctrl: list all registered controls',
  'rmctrl: disable a registered control',
];

/** What comes back for bytes, as long as the connection is open. */
async function exchanged(path: string, bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const socket = connect({ path });
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

async function reload(server: TestServer, config: string): Promise<void> {
  const path = join(server.folder, 'server.conf');
  const count = (): number => server.process.output().split('is in force for new sessions').length;
  const before = count();
  writeFileSync(path, `${BASE_CONFIGURATION}${config}`);
  process.kill(server.process.pid, 'SIGHUP');
  await until(() => count() > before, 20_000, 'the new configuration');
}

describeBeside(modes)('the control socket of a daemon $name', beside, ({ mode }) => {
  it('is driven by Debian’s ftpdctl, by recorded frames of the newer one, and by ours', async () => {
    const server = await start(mode, 'ControlsLog %{env:FTPD_TEST_FOLDER}/logs/controls.log\n', {
      files: { 'logs/x': '' },
    });
    const socket = socketOf(server);
    expect((await debianCtl(socket, ['help'])).lines).toEqual(expect.arrayContaining(helpLines));
    expect((await debianCtl(socket, ['nope'])).lines).toEqual(['unsupported action requested']);
    expect((await debianCtl(socket, ['rmctrl', 'help'])).lines).toEqual(["'help' control disabled"]);
    expect((await debianCtl(socket, ['help'])).lines).toEqual(['access denied']);
    expect((await debianCtl(socket, ['insctrl', 'help'])).lines).toEqual(["'help' control enabled"]);

    const request = '{"action":"rmctrl","args":["nope"]}';
    const answer = await exchanged(
      socket,
      Buffer.from(`${String.fromCodePoint(request.length)}\0\0\0${request}`),
    );
    expect(answer.subarray(4).toString()).toBe('{"status":-4,"responses":["no such control: \'nope\'"]}');

    expect(await ownCtl(socket, 'rmctrl', 'lsctrl')).toEqual({
      code: 5,
      lines: ["'lsctrl' control cannot be removed"],
    });
    const { code, output } = await spawnCtl('-s', socket, '--json', 'lsctrl');
    expect(code).toBe(0);
    const printed = JSON.parse(output) as { readonly status: string; readonly data: readonly unknown[] };
    expect(printed.status).toBe('ok');
    expect(printed.data).toContainEqual({
      name: 'help',
      module: 'mod_ctrls',
      summary: 'describe all registered controls',
    });
    const log = readFileSync(join(server.folder, 'logs/controls.log'), 'utf8');
    expect(log).toContain(`recvd from ${ownName}/`);
    expect(log).toContain("client: 'rmctrl nope'\n");
  });

  it('stays with SIGHUP, follows the new access lists, and moves', async () => {
    const server = await start(mode);
    const socket = socketOf(server);
    const { ino } = lstatSync(socket);
    await reload(server, `${CONTROLS}ControlsACLs rmctrl deny user *\n`);
    expect((await ownCtl(socket, 'rmctrl', 'help')).code).toBe(2);
    await reload(server, CONTROLS);
    expect(lstatSync(socket).ino).toBe(ino);
    expect((await ownCtl(socket, 'rmctrl', 'help')).code).toBe(0);
    const next = join(server.folder, 'next');
    await reload(server, `${CONTROLS}ControlsSocket %{env:FTPD_TEST_FOLDER}/next\n`);
    expect((await ownCtl(next, 'help')).code).toBe(0);
    expect((await ownCtl(socket, 'help')).code).toBe(69);
    await reload(server, '');
    expect((await ownCtl(next, 'help')).code).toBe(69);
  });

  it('is for its owner alone, where nobody else may ask for anything, and gone at the end', async () => {
    const server = await start(mode);
    const socket = socketOf(server);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    process.kill(server.process.pid, 'SIGTERM');
    await server.process.ended;
    expect(await until(() => !existsSync(socket), 10_000, 'the end of the socket')).toBe(true);
  });

  it('is left to the daemon that has it', async () => {
    const first = await start(mode);
    const socket = socketOf(first);
    const second = await start(mode, `ControlsSocket ${socket}\n`);
    expect(second.process.output()).toContain(`another process listens on the control socket '${socket}'`);
    process.kill(second.process.pid, 'SIGTERM');
    await second.process.ended;
    expect((await ownCtl(socket, 'help')).code).toBe(0);
  });

  it('does not take the place of a file, and the daemon does without', async () => {
    const server = await start(mode, '', { files: { 'run/ctl': 'text' } });
    expect(server.process.output()).toContain('is a file and no socket: remove it');
    expect(readFileSync(socketOf(server), 'utf8')).toBe('text');
    expect((await ownCtl(socketOf(server), 'help')).code).toBe(69);
  });
});

describeBeside(modes)('who is heard by a daemon $name', { ...beside, skip: !isRoot }, ({ mode }) => {
  const clients = [
    [],
    ['--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'],
    ['--reuid', 'games', '--regid', 'games', '--clear-groups'],
    // Its group is not what the account has.
    ['--reuid', 'games', '--regid', 'mail', '--clear-groups'],
  ];

  /** Whether root, nobody, games and games of another group get what they ask for. */
  async function heard(socket: string): Promise<string> {
    const answers = await Promise.all(clients.map((as) => debianCtl(socket, ['help'], as)));
    return answers
      .map(({ lines }) => {
        if (lines.includes(helpLines[0] ?? '')) return 'yes';
        expect(lines).toEqual([expect.stringMatching(/^access denied$|Permission denied$/u)]);
        return 'no';
      })
      .join(' ');
  }

  it('hears whom the lines allow, and nobody else', async () => {
    // A folder that all may pass, and that the daemon may write to when it is root no more.
    const server = await start(mode, '', { files: { 'run/x': '' } });
    if (mode.asRoot !== true) chownSync(join(server.folder, 'run'), 65_534, 65_534);
    const socket = socketOf(server);
    for (const [config, expected] of [
      ['', 'yes no no no'],
      ['ControlsACLs help allow user games\n', 'no no yes yes'],
      ['ControlsACLs help allow user *\n', 'yes yes yes yes'],
      ['ControlsACLs help allow group nogroup\n', 'yes yes no no'],
      ['ControlsACLs help allow group mail\n', 'yes no no yes'],
      ['ControlsACLs help allow user *\nControlsSocketACL allow group games\n', 'no no yes yes'],
      ['ControlsACLs help deny user nobody\n', 'yes no yes yes'],
    ] as const) {
      await reload(server, `${CONTROLS}${config}`);
      expect([config, await heard(socket)]).toEqual([config, expected]);
    }
  });
});

describe.runIf(isRoot)('with a keeper', beside, () => {
  it('the control socket is there for the next server, too, and whose the configuration says', async () => {
    const server = await start({ asRoot: true });
    const socket = socketOf(server);
    const { ino } = lstatSync(socket);
    const before = server.servingPid();
    process.kill(before, 'SIGKILL');
    await nextServer(server, before);
    expect((await ownCtl(socket, 'help')).code).toBe(0);
    expect(lstatSync(socket).ino).toBe(ino);
    await reload(server, `${CONTROLS}ControlsSocketOwner games mail\n`);
    const { uid, gid, mode } = statSync(socket);
    expect([uid, gid, mode & 0o777]).toEqual([5, 8, 0o600]);

    // ProFTPD's client binds a file and leaves it to the daemon, which is not its owner.
    const shell = ['-c', 'echo $$; exec "$@"', 'sh', DEBIAN_CTL, '-s', socket, 'help'];
    const { output } = await runProgram('sh', shell);
    expect(output).toContain(helpLines[0]);
    const [pid = ''] = output.split('\n');
    const file = `/tmp/ftp.cl${pid.padStart(5, '0')}`;
    expect(await until(() => !existsSync(file), 5000, 'the end of the file')).toBe(true);
  });
});

it('without ControlsEngine there is no control socket', beside, async () => {
  const server = await startFtpd({
    config: `${BASE_CONFIGURATION}ControlsSocket %{env:FTPD_TEST_FOLDER}/ctl\n`,
  });
  atEnd(() => server.stop());
  expect(existsSync(join(server.folder, 'ctl'))).toBe(false);
});

describe.runIf(isRoot)('our ftpdctl', beside, () => {
  it('drives a real ProFTPD', async () => {
    const server = await startProftpd({
      config: `${BASE_CONFIGURATION}${CONTROLS}`,
      files: { 'run/x': '' },
    });
    atEnd(() => server.stop());
    const socket = socketOf(server);
    const { code, lines } = await ownCtl(socket, 'lsctrl');
    expect(code).toBe(0);
    expect(lines).toContain('help (mod_ctrls.c)');
    expect(await ownCtl(socket, 'rmctrl', 'nope')).toEqual({ code: 4, lines: ["no such control: 'nope'"] });
  });
});
