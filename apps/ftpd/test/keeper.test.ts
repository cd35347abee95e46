import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  freePort,
  ftpdCommand,
  PASSWORD,
  processStatus,
  removeFolder,
  runProgram,
  servingIdentity,
  startFtpd,
  temporaryFolder,
  until,
} from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { greetingOf, logIn, nextServer, startKept, store } from './kept-daemon.ts';

const inTurn = { concurrent: false };

/** Only root has a keeper. */
describe.runIf(servingIdentity().isRoot)('a keeper', { concurrent: true }, () => {
  describe('at its start', inTurn, () => {
    it.each([
      [[], /the server ended with 1 before it served;.* User 'nobody' must be able to read .*--unprivileged/],
      [['--unprivileged'], /fatal: User 'nobody' must be able to read /],
    ])('says with %j that User may not read the program', async (options, reason) => {
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
        const { code, output } = await runProgram(file, [
          ...args.slice(0, -1),
          program,
          '-n',
          ...options,
          '-c',
          config,
        ]);
        expect(output).toMatch(reason);
        expect(code).toBe(1);
      } finally {
        removeFolder(folder);
      }
    });

    it('finds a configuration that is named from where it is started', async () => {
      const folder = temporaryFolder('relative-');
      const { file, args } = ftpdCommand();
      const port = await freePort();
      const lines = [
        `Port ${port}`,
        'User nobody',
        'Group nogroup',
        `PidFile ${folder}/pid`,
        'ScoreboardFile none',
      ];
      writeFileSync(join(folder, 'server.conf'), `${lines.join('\n')}\n`);
      try {
        const started = await runProgram(file, [...args, '-c', 'server.conf'], { cwd: folder });
        expect(started).toMatchObject({ code: 0, output: '' });
        const keeper = Number(readFileSync(join(folder, 'pid'), 'utf8'));
        process.kill(keeper, 'SIGTERM');
        await until(() => processStatus(keeper, 'Uid') === undefined || undefined, 5000, 'end of the keeper');
      } finally {
        removeFolder(folder);
      }
    });
  });

  describe('and the end of processes', inTurn, () => {
    it('starts another server when one dies, and keeps who comes meanwhile', async () => {
      const server = await startKept();
      const { port, process: keeper, servingPid } = server;
      const lost = await logIn(server, 'ann');
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
      expect(await nextServer(server, before)).toBeGreaterThan(0);
      expect(keeper.output()).toMatch(
        new RegExp(`the server \\(pid ${before}\\) was ended by SIGKILL; another is started in 100 ms`),
      );
    });

    it('takes its server with it when it is killed', async () => {
      const { process: keeper, servingPid } = await startKept();
      const pid = servingPid();
      process.kill(keeper.pid, 'SIGKILL');
      const isGone = () => processStatus(pid, 'Uid') === undefined || undefined;
      expect(await until(isGone, 5000, 'end of the server')).toBe(true);
    });

    it('ends with its server at SIGTERM, even when the server hangs', async () => {
      const { process: keeper, servingPid } = await startKept();
      const pid = servingPid();
      process.kill(pid, 'SIGSTOP');
      process.kill(keeper.pid, 'SIGTERM');
      expect(await keeper.ended).toBe(0);
      await until(() => processStatus(pid, 'Uid') === undefined || undefined, 5000, 'end of the server');
    });

    it('is left alone by signals to its server', async () => {
      const server = await startKept();
      const pid = server.servingPid();
      for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
      (await logIn(server, 'ann')).destroy();
      expect(server.servingPid()).toBe(pid);
    });
  });

  describe('and its configuration', inTurn, () => {
    it('reads the configuration again with a session on, also for a server to come', async () => {
      const server = await startKept();
      const { folder, process: keeper, servingPid } = server;
      const ann = await logIn(server, 'ann');
      const file = join(folder, 'server.conf');
      writeFileSync(file, `${readFileSync(file, 'utf8')}ServerIdent on "Second"\n`);
      chmodSync(file, 0o600);
      process.kill(keeper.pid, 'SIGHUP');
      await until(async () => (await greetingOf(server)) === 'Second' || undefined, 15_000, 'new greeting');
      await store(ann, 'file');
      ann.destroy();
      const before = servingPid();
      process.kill(before, 'SIGKILL');
      await nextServer(server, before);
      expect(await greetingOf(server)).toBe('Second');
    });

    it('does not start without a User to serve as', async () => {
      const config = BASE_CONFIGURATION.replace(/^User .*\n/m, '');
      await expect(startFtpd({ config }, { asRoot: true })).rejects.toThrow(/needs User/);
    });

    it.each([
      ['User', /never served as root/],
      ['Group', /is root's/],
    ])('does not start to serve with the %s root', async (directive, reason) => {
      const config = BASE_CONFIGURATION.replace(new RegExp(`^${directive} .*\n`, 'm'), `${directive} root\n`);
      await expect(startFtpd({ config }, { asRoot: true })).rejects.toThrow(reason);
    });
  });
});
