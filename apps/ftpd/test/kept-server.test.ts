import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  PASSWORD,
  processStatus,
  removeFolder,
  runProgram,
  servingIdentity,
  temporaryFolder,
  until,
} from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { setprivArguments } from '../src/keeper/setpriv.ts';
import { keptUsers, logIn, startKept, store } from './kept-daemon.ts';

/** Only root has a keeper. */
describe.runIf(servingIdentity().isRoot)('the server of a keeper', () => {
  it('is not root, and has the capabilities to act as users and no others', async () => {
    const { process: keeper, servingPid } = await startKept();
    const pid = servingPid();
    expect(pid).not.toBe(keeper.pid);
    expect(processStatus(keeper.pid, 'Uid')).toBe('0\t0\t0\t0');
    expect(processStatus(pid, 'Uid')).toBe('65534\t65534\t65534\t65534');
    expect(processStatus(pid, 'Gid')).toBe('65534\t65534\t65534\t65534');
    const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
    expect(sets.map((set) => processStatus(pid, set))).toEqual(sets.map(() => '00000000000000c0'));
    expect(processStatus(pid, 'NoNewPrivs')).toBe('1');
  });

  it('may read neither what is root’s nor what is a user’s alone', async () => {
    const folder = temporaryFolder('closed-');
    writeFileSync(join(folder, 'secret'), 'secret');
    chownSync(folder, 47_101, 47_201);
    chmodSync(folder, 0o700);
    const identity = setprivArguments({ user: 'nobody', group: 'nogroup' });
    try {
      for (const path of ['/etc/shadow', join(folder, 'secret')]) {
        const { code, output } = await runProgram('setpriv', [...identity, 'cat', path]);
        expect(output).toBe(`cat: ${path}: Permission denied\n`);
        expect(code).toBe(1);
      }
    } finally {
      removeFolder(folder);
    }
  });

  it('gives each user files of his own, and nobody those of another', async () => {
    const server = await startKept('DefaultRoot /\n');
    const { home } = server;
    chmodSync(home('bob'), 0o700);
    for (const { name, uid, gid } of keptUsers) {
      const client = await logIn(server, name);
      await store(client, 'file');
      await client.ask('MKD folder', 257);
      for (const made of ['file', 'folder'])
        expect(statSync(join(home(name), made))).toMatchObject({ uid, gid });
      client.destroy();
    }
    const ann = await logIn(server, 'ann');
    await ann.ask(`CWD ${home('bob')}`, 550);
    await ann.ask(`DELE ${home('bob')}/file`, 550);
    ann.destroy();
  });

  it('enters homes below a folder that only root may pass', async () => {
    const users = keptUsers.map((user) => ({ ...user, home: `closed/${user.name}` }));
    const server = await startKept('', { users });
    const { folder, home } = server;
    chownSync(join(folder, 'closed'), 0, 0);
    chmodSync(join(folder, 'closed'), 0o700);
    const client = await logIn(server, 'ann');
    await store(client, 'file');
    expect(statSync(join(home('ann'), 'file')).uid).toBe(keptUsers[0].uid);
    client.destroy();
  });

  it('does not let root in, whatever RootLogin says', async () => {
    const users = [{ name: 'toor', uid: 0, gid: 0 }];
    const { port, process: keeper } = await startKept('RootLogin on\n', { users });
    const client = await ControlClient.connect({ port });
    await client.expect(220);
    await client.ask('USER toor', 331);
    await client.ask(`PASS ${PASSWORD}`, 530);
    client.destroy();
    expect(keeper.output()).toMatch(/USER toor \(Login failed\): .*never served as root/);
  });

  it('sees changes of an AuthUserFile that only root may read', async () => {
    const server = await startKept();
    (await logIn(server, 'ann')).destroy();
    const path = join(server.folder, 'passwd');
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100600 });
    writeFileSync(path, readFileSync(path, 'utf8').replace('bob:', 'bert:'));
    (await logIn(server, 'bert')).destroy();
    await expect(logIn(server, 'bob')).rejects.toThrow(/530/);
  });

  it('writes logs that only root may open, and follows them at SIGHUP', async () => {
    const server = await startKept(
      'SystemLog %{env:FTPD_TEST_FOLDER}/logs/system\nTransferLog %{env:FTPD_TEST_FOLDER}/logs/transfers\n',
      { files: { 'logs/': { mode: 0o700 } } },
    );
    const { folder, process: keeper } = server;
    const read = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8');
    const ann = await logIn(server, 'ann');
    await store(ann, 'first');
    await until(() => /\/first /.test(read('transfers')) || undefined, 5000, 'line of TransferLog');
    expect(read('system')).toMatch(/STARTUP/);
    renameSync(join(folder, 'logs'), join(folder, 'old'));
    mkdirSync(join(folder, 'logs'), { mode: 0o700 });
    process.kill(keeper.pid, 'SIGHUP');
    await until(() => /in force for new sessions/.test(read('system')) || undefined, 15_000, 'new SystemLog');
    await store(ann, 'second');
    await until(() => /\/second /.test(read('transfers')) || undefined, 5000, 'line of the new TransferLog');
    ann.destroy();
  });
});
