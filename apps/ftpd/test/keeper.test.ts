import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  freePort,
  ftpdCommand,
  openData,
  PASSWORD,
  processStatus,
  removeFolder,
  runProgram,
  servingIdentity,
  startFtpd,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, describe, expect, it } from 'vitest';
import { setprivArguments } from '../src/keeper/setpriv.ts';

/** The tests of the repository run as root where the daemon may be one; only root can have a keeper. */
const { isRoot } = servingIdentity();

const users = [
  { name: 'ann', uid: 47_101, gid: 47_201 },
  { name: 'bob', uid: 47_102, gid: 47_202 },
];
/** Only root may pass the folder of these homes. */
const closedUsers = users.map((user) => ({ ...user, home: `closed/${user.name}` }));

let server: TestServer | undefined;

async function start(config = '', more: Partial<Parameters<typeof startFtpd>[0]> = {}): Promise<TestServer> {
  server = await startFtpd({ config: `${BASE_CONFIGURATION}${config}`, users, ...more }, { asRoot: true });
  return server;
}

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

function logIn(user: string, { port } = server as TestServer): Promise<ControlClient> {
  return ControlClient.login({ port, user, password: PASSWORD });
}

async function store(client: ControlClient, name: string): Promise<void> {
  const data = await openData(client);
  await client.ask(`STOR ${name}`, 150);
  (await data.socket()).end('text');
  await client.expect(226);
}

/** The pid of the server that follows one which is gone. */
async function nextServer(before: number): Promise<number> {
  const { process: keeper, servingPid } = server as TestServer;
  return await until(
    () => {
      const pid = servingPid();
      return pid !== before && pid !== keeper.pid ? pid : undefined;
    },
    15_000,
    'the next server',
  );
}

describe.runIf(isRoot)('the server of a keeper', () => {
  it('is not root, and has the capabilities to act as users and no others', async () => {
    const { process: keeper, servingPid } = await start();
    const pid = servingPid();
    expect(pid).not.toBe(keeper.pid);
    expect(processStatus(keeper.pid, 'Uid')).toBe('0\t0\t0\t0');
    expect(processStatus(pid, 'Uid')).toBe('65534\t65534\t65534\t65534');
    expect(processStatus(pid, 'Gid')).toBe('65534\t65534\t65534\t65534');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(processStatus(pid, set), set).toBe('00000000000000c0');
    expect(processStatus(pid, 'NoNewPrivs')).toBe('1');
  });

  it.each(['/etc/shadow', 'homes/ann/secret'])('may not read %s', async (file) => {
    const { folder, home } = await start();
    writeFileSync(join(home('ann'), 'secret'), 'secret');
    chmodSync(home('ann'), 0o700);
    const path = file.startsWith('/') ? file : join(folder, file);
    const identity = setprivArguments({ user: 'nobody', group: 'nogroup' });
    const { code, output } = await runProgram('setpriv', [...identity, 'cat', path]);
    expect(output).toMatch(/Permission denied/);
    expect(code).toBe(1);
  });

  it('gives each user files of his own, and nobody those of another', async () => {
    const { home } = await start('DefaultRoot /\n');
    chmodSync(home('bob'), 0o700);
    for (const { name, uid, gid } of users) {
      const client = await logIn(name);
      await store(client, 'file');
      await client.ask('MKD folder', 257);
      for (const made of ['file', 'folder'])
        expect(statSync(join(home(name), made)), made).toMatchObject({ uid, gid });
      client.destroy();
    }
    const ann = await logIn('ann');
    await ann.ask(`CWD ${home('bob')}`, 550);
    await ann.ask(`DELE ${home('bob')}/file`, 550);
    ann.destroy();
  });

  it('enters homes below a folder that only root may pass', async () => {
    const { folder, home } = await start('', { users: closedUsers });
    chownSync(join(folder, 'closed'), 0, 0);
    chmodSync(join(folder, 'closed'), 0o700);
    const client = await logIn('ann');
    await store(client, 'file');
    expect(statSync(join(home('ann'), 'file')).uid).toBe(users[0]?.uid);
    client.destroy();
  });

  it('does not let root in, whatever RootLogin says', async () => {
    await start('RootLogin on\n', { users: [{ name: 'toor', uid: 0, gid: 0 }] });
    const { port, process: keeper } = server as TestServer;
    const client = await ControlClient.connect({ port });
    await client.expect(220);
    await client.ask('USER toor', 331);
    await client.ask(`PASS ${PASSWORD}`, 530);
    client.destroy();
    expect(keeper.output()).toMatch(/USER toor \(Login failed\): .*never served as root/);
  });

  it('sees changes of an AuthUserFile that only root may read', async () => {
    const { folder } = await start();
    (await logIn('ann')).destroy();
    const path = join(folder, 'passwd');
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100600 });
    writeFileSync(path, readFileSync(path, 'utf8').replace('bob:', 'bert:'));
    (await logIn('bert')).destroy();
    await expect(logIn('bob')).rejects.toThrow(/530/);
  });

  it('writes logs that only root may open, and follows them at SIGHUP', async () => {
    const { folder, process: keeper } = await start(
      'SystemLog %{env:FTPD_TEST_FOLDER}/logs/system\nTransferLog %{env:FTPD_TEST_FOLDER}/logs/transfers\n',
      { files: { 'logs/': { mode: 0o700 } } },
    );
    const read = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8');
    const ann = await logIn('ann');
    await store(ann, 'first');
    await until(() => /\/first /.test(read('transfers')) || undefined, 5000, 'line of TransferLog');
    expect(read('system')).toMatch(/USER ann: Login successful|STARTUP/);
    renameSync(join(folder, 'logs'), join(folder, 'old'));
    mkdirSync(join(folder, 'logs'), { mode: 0o700 });
    process.kill(keeper.pid, 'SIGHUP');
    await until(
      () => /in force for new sessions/.test(readFileSync(join(folder, 'logs/system'), 'utf8')) || undefined,
      15_000,
      'new SystemLog',
    );
    await store(ann, 'second');
    await until(() => /\/second /.test(read('transfers')) || undefined, 5000, 'line of the new TransferLog');
    ann.destroy();
  });
});

describe.runIf(isRoot)('a keeper', () => {
  it('says what its server needs when that can not start', async () => {
    // A program that User may not read.
    const folder = temporaryFolder('closed-');
    chmodSync(folder, 0o700);
    const program = join(folder, 'main.ts');
    const { file, args } = ftpdCommand();
    const config = join(folder, 'server.conf');
    writeFileSync(program, `await import(${JSON.stringify(args.at(-1))});`);
    writeFileSync(
      config,
      `Port ${await freePort()}\nUser nobody\nGroup nogroup\nPidFile ${folder}/pid\nScoreboardFile none\n`,
    );
    try {
      const { code, output } = await runProgram(file, [...args.slice(0, -1), program, '-n', '-c', config]);
      expect(output).toMatch(
        /the server ended with 1 before it served;.* User 'nobody' must be able to read .*--unprivileged/,
      );
      expect(code).toBe(1);
    } finally {
      removeFolder(folder);
    }
  });

  it('starts another server when one dies, and keeps who comes meanwhile', async () => {
    const { port, process: keeper, servingPid } = await start();
    const lost = await logIn('ann');
    const before = servingPid();
    // Before it can accept the next one.
    process.kill(before, 'SIGSTOP');
    const waiting = await ControlClient.connect({ port });
    process.kill(before, 'SIGKILL');
    await waiting.expect(220);
    await waiting.ask('USER ann', 331);
    await waiting.ask(`PASS ${PASSWORD}`, 230);
    waiting.destroy();
    await expect(lost.reply()).rejects.toThrow(/closed|ended|reset|ECONNRESET/i);
    lost.destroy();
    expect(await nextServer(before)).toBeGreaterThan(0);
    expect(keeper.output()).toMatch(
      new RegExp(`the server \\(pid ${before}\\) was ended by SIGKILL; another is started in 100 ms`),
    );
  });

  it('takes its server with it when it is killed', async () => {
    const { process: keeper, servingPid } = await start();
    const pid = servingPid();
    process.kill(keeper.pid, 'SIGKILL');
    await until(() => processStatus(pid, 'Uid') === undefined || undefined, 5000, 'end of the server');
  });

  it('ends with its server at SIGTERM, even when the server hangs', async () => {
    const { process: keeper, servingPid } = await start();
    const pid = servingPid();
    process.kill(pid, 'SIGSTOP');
    process.kill(keeper.pid, 'SIGTERM');
    expect(await keeper.ended).toBe(0);
    await until(() => processStatus(pid, 'Uid') === undefined || undefined, 5000, 'end of the server');
  });

  it('is left alone by signals to its server', async () => {
    const { servingPid } = await start();
    const pid = servingPid();
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
    (await logIn('ann')).destroy();
    expect(servingPid()).toBe(pid);
  });

  it('reads the configuration again with a session on', async () => {
    const { folder, port, process: keeper } = await start();
    const ann = await logIn('ann');
    const file = join(folder, 'server.conf');
    writeFileSync(file, `${readFileSync(file, 'utf8')}ServerIdent on "Second"\n`);
    chmodSync(file, 0o600);
    process.kill(keeper.pid, 'SIGHUP');
    await until(
      async () => {
        const client = await ControlClient.connect({ port });
        const { text } = await client.expect(220);
        client.destroy();
        return text === 'Second' || undefined;
      },
      15_000,
      'new greeting',
    );
    await store(ann, 'file');
    ann.destroy();
  });

  it('gives the next server the configuration of the last SIGHUP', async () => {
    const { folder, port, process: keeper, servingPid } = await start();
    const file = join(folder, 'server.conf');
    writeFileSync(file, `${readFileSync(file, 'utf8')}ServerIdent on "Second"\n`);
    process.kill(keeper.pid, 'SIGHUP');
    await until(() => /in force for new sessions/.test(keeper.output()) || undefined, 15_000, 'reload');
    const before = servingPid();
    process.kill(before, 'SIGKILL');
    await nextServer(before);
    const client = await ControlClient.connect({ port });
    expect((await client.expect(220)).text).toBe('Second');
    client.destroy();
  });

  it('does not start without a User to serve as', async () => {
    const config = BASE_CONFIGURATION.replace(/^User .*\n/m, '');
    await expect(startFtpd({ config, users }, { asRoot: true })).rejects.toThrow(/needs User/);
  });

  it.each([
    ['User', /never served as root/],
    ['Group', /is root's/],
  ])('does not start to serve with the %s root', async (directive, reason) => {
    const config = BASE_CONFIGURATION.replace(new RegExp(`^${directive} .*\n`, 'm'), `${directive} root\n`);
    await expect(startFtpd({ config, users }, { asRoot: true })).rejects.toThrow(reason);
  });
});
