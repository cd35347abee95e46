import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  removeFolder,
  servingIdentity,
  startFtpd,
  startMemcached,
  temporaryFolder,
  until,
  type FtpdMode,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, describe, expect, it } from 'vitest';
import { play, type Play } from './bans/play.ts';
import { CONTROLS, debianCtl, ownCtl, ownName, socketOf } from './ctl.ts';
import { nextServer } from './kept-daemon.ts';

const { isRoot, uid, gid } = servingIdentity();
const single = { name: 'of one process', mode: {} };
const modes: readonly { readonly name: string; readonly mode: FtpdMode }[] = isRoot
  ? [single, { name: 'with a keeper', mode: { asRoot: true } }]
  : [single];

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const BANS = `BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanLog %{env:FTPD_TEST_FOLDER}/ban.log
BanMessage "BAN a=%a c=%c u=%u"
`;
const CONTROLLED = `${CONTROLS}BanControlsACLs all allow user ${ownName}
`;
const BASE = BASE_CONFIGURATION.replace('DefaultRoot ~', `DefaultRoot ~\nLoadModule mod_ban.c`);

async function start(config: string, mode: FtpdMode = {}): Promise<TestServer> {
  const server = await startFtpd(
    {
      config: `${BASE}${config}`,
      users: [{ name: 'ann' }, { name: 'bob' }],
      portCount: 3,
    },
    mode,
  );
  ends.push(() => server.stop());
  return server;
}

async function plays({ port }: TestServer, steps: Play, address = '127.0.8.1'): Promise<void> {
  expect(await play(steps, { port, address })).toEqual(steps);
}

async function follow(server: TestServer, config: string): Promise<void> {
  const count = (): number => server.process.output().split('is in force for new sessions').length;
  const before = count();
  writeFileSync(join(server.folder, 'server.conf'), `${BASE}${config}`);
  process.kill(server.process.pid, 'SIGHUP');
  await until(() => count() > before, 20_000, 'the new configuration');
}

const logOf = ({ folder }: TestServer): string => readFileSync(join(folder, 'ban.log'), 'utf8');

const welcome = ['connect', '220'] as const;
const fired = '530 BAN a={address} c=(none) u=(none)';
const once = 'BanOnEvent UnhandledCommand 1/00:10:00 00:10:00\n';

describe.each(modes)('mod_ban: a daemon $name', ({ mode }) => {
  it('keeps bans when its server crashes, and through SIGHUP', async () => {
    const config = `${BANS}${once}`;
    const server = await start(config, mode);
    await plays(server, [welcome, ['FOO', fired, 'closed']]);
    if (mode.asRoot === true) {
      const before = server.servingPid();
      process.kill(before, 'SIGKILL');
      await nextServer(server, before);
    }
    await until(
      async () =>
        (await play([['connect', fired]], { port: server.port, address: '127.0.8.1' }))[0]?.[1] === fired,
      15_000,
      'the ban',
    );
    expect(statSync(join(server.folder, 'ban.tab')).mode & 0o777).toBe(0o600);
    await follow(server, `${config}BanOnEvent BadProtocol 1/00:10:00 00:10:00\n`);
    await plays(server, [['connect', fired, 'closed']]);
    await plays(server, [welcome, ['EHLO x', fired, 'closed']], '127.0.8.2');
    await follow(server, `${config}BanAllow host 127.0.8.0/24\n`);
    await plays(server, [welcome]);
  });

  it('keeps bans over its own restart, for as long as they last', async () => {
    const folder = temporaryFolder('ban-table-');
    ends.push(() => removeFolder(folder));
    if (isRoot && mode.asRoot !== true) chownSync(folder, uid, gid);
    const config = BANS.replace('%{env:FTPD_TEST_FOLDER}/ban.tab', `${folder}/table`) + once;
    const first = await start(config, mode);
    await plays(first, [welcome, ['FOO', fired, 'closed']]);
    await first.stop();
    const second = await start(config, mode);
    await plays(second, [['connect', fired, 'closed']]);
    await plays(second, [welcome], '127.0.8.2');
    await until(() => logOf(second).includes('read 1 bans and permits from BanTable'), 5000, 'BanLog');
  });

  it('bans and permits by ftpdctl, and ends sessions that a ban concerns', async () => {
    const server = await start(`${BANS}${CONTROLLED}${once}`, mode);
    const socket = socketOf(server);
    const ann = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    const bob = await ControlClient.login({ port: server.port, user: 'bob', password: PASSWORD });
    expect(await ownCtl(socket, 'ban', 'user', 'ann', 'eve')).toEqual({
      code: 0,
      lines: ['user ann banned', 'user eve banned'],
    });
    await ann.closed();
    await bob.ask('NOOP', 200);
    await plays(server, [
      welcome,
      ['USER ann', '331'],
      ['PASS test', '530 BAN a={address} c=(none) u=ann', '530 Login incorrect.', 'closed'],
    ]);
    expect(await ownCtl(socket, 'permit', 'user', 'ann')).toEqual({
      code: 0,
      lines: ["user 'ann' permitted"],
    });
    await plays(server, [welcome, ['USER ann', '331'], ['PASS test', '230']]);
    await ownCtl(socket, 'ban', 'user@host', 'bob@127.0.0.1', '--duration', '1h', '--reason', 'because');
    await bob.closed();
    await plays(server, [welcome, ['USER bob', '331'], ['PASS test', '230']]);
    const { lines } = await ownCtl(socket, 'ban', 'info', '-v');
    expect(lines.join('\n')).toMatch(
      /^Banned Users:\n {2}eve\n {4}Reason: requested by '.+' on \w{3} \w{3} \d\d .*\n {4}Expires: never\n\nBanned User@Hosts:\n {2}bob@127\.0\.0\.1\n {4}Reason: because\n {4}Expires: .* \(in (3600|359\d) seconds\)$/,
    );
  });

  it.runIf(isRoot)('answers Debian’s ftpdctl in ProFTPD’s words', async () => {
    const server = await start(`${BANS}${CONTROLLED}BanOnEvent UnhandledCommand 3/00:10:00 00:10:00\n`, mode);
    const socket = socketOf(server);
    const ctl = async (line: string): Promise<readonly string[]> =>
      (await debianCtl(socket, line.split(' '))).lines;
    expect(await ctl('permit host 10.1.1.1')).toEqual(['permit request unnecessary', 'no hosts are banned']);
    expect(await ctl('ban host 10.1.1.1 10.1.1.0/24')).toEqual([
      'host 10.1.1.1 banned',
      'host 10.1.1.0/24 banned',
    ]);
    expect(await ctl('ban host 10.1.1.1')).toEqual(['host 10.1.1.1 already banned']);
    expect(await ctl('ban class k')).toEqual(['class k banned']);
    expect(await ctl('ban')).toEqual(['missing parameters']);
    expect(await ctl('ban user')).toEqual(['missing parameters']);
    expect(await ctl('ban foo bar')).toEqual(["unknown ban action requested: 'foo'"]);
    expect(await ctl('ban host nosuch.invalid')).toEqual(["ban: unknown host 'nosuch.invalid'"]);
    expect(await ctl('permit host nosuch.invalid')).toEqual([
      "unable to resolve 'nosuch.invalid' to an IP address",
    ]);
    expect(await ctl('ban user -s 127.0.0.1#9 bob')).toEqual(["no such server '127.0.0.1#9'"]);
    expect(await ctl('ban user -x bob')).toEqual(["unsupported option: 'x'"]);
    await plays(server, [welcome, ['FOO', '500']]);
    expect(await ctl('ban info -e')).toEqual([
      'Banned Hosts:',
      '  10.1.1.1',
      '  10.1.1.0/24',
      '',
      'Banned Classes:',
      '  k',
      '',
      'Ban Events:',
      '  Event: UnhandledCommand',
      '  Source: 127.0.8.1',
      '    Occurrences: 1/3',
      expect.stringMatching(/^ {4}Entry Expires: \d+ seconds$/),
      expect.stringMatching(/^ {4}<VirtualHost>: probe \(.+#\d+\)$/),
    ]);
    expect(await ctl('permit host *')).toEqual(['all hosts permitted']);
    expect(await ctl('permit user nobody')).toEqual(["user 'nobody' not banned"]);
    expect(await ctl('permit class k')).toEqual(["class 'k' permitted"]);
    expect(await ctl('ban info')).toEqual(['No bans']);
  });
});

describe('mod_ban', () => {
  it('counts within the window only, and bans for as long as the rule says', async () => {
    const server = await start(`${BANS}BanOnEvent UnhandledCommand 2/00:00:01 00:00:02\n`);
    const { port } = server;
    await plays(server, [welcome, ['FOO', '500'], ['NOOP', '200']]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await plays(server, [welcome, ['FOO', '500'], ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    const bannedAtMs = performance.now();
    await until(
      async () => (await play([['connect', '220']], { port, address: '127.0.8.1' }))[0]?.[1] === '220',
      15_000,
      'the end of the ban',
    );
    // In whole seconds, as records have it; never shorter.
    expect(performance.now() - bannedAtMs).toBeGreaterThan(800);
  });

  it('bans who sends more commands than MaxCommandRate', async () => {
    const rule = 'MaxCommandRate 5 60\nBanOnEvent MaxCommandRate 1/00:10:00 00:10:00\n';
    const server = await start(`${BANS}${rule}`);
    const many = Array.from({ length: 10 }, () => 'NOOP').join('\r\n');
    await plays(server, [
      welcome,
      [many, '200', '200', '200', '200', '200', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
  });

  it('says nothing without a message, and closes', async () => {
    const server = await start(`${BANS.replace(/BanMessage.*\n/, '')}${once}`);
    await plays(server, [welcome, ['FOO', 'closed'], ['connect', 'closed']]);
  });

  it('is on for all with BanEngine on in <Global>, and off where a virtual server says so', async () => {
    const hosts = [2, 3].map(
      (number) =>
        `<VirtualHost 127.0.0.1>\nPort %{env:FTPD_TEST_PORT${number}}\nAuthUserFile %{env:FTPD_TEST_FOLDER}/passwd\n${number === 3 ? 'BanEngine off\n' : ''}</VirtualHost>\n`,
    );
    const global = '<Global>\nBanEngine on\nBanOptions MatchAnyServer\n</Global>\n';
    const server = await start(`${BANS.replace('BanEngine on\n', global)}${once}${hosts.join('')}`);
    const [, second = 0, third = 0] = server.ports;
    await plays(server, [welcome, ['FOO', fired, 'closed']]);
    await plays({ ...server, port: second }, [['connect', fired, 'closed']]);
    await plays({ ...server, port: third }, [welcome, ['FOO', '500'], ['FOO', '500']]);
  });

  it('bans for one virtual server, unless MatchAnyServer is set, and HOST does not lead around it', async () => {
    const host = (name: string, port: number): string =>
      `<VirtualHost 127.0.0.1>\nServerName ${name}\nServerAlias ${name}.test\nPort %{env:FTPD_TEST_PORT${port}}\n</VirtualHost>\n`;
    const hosts = host('one', 2) + host('other', 2) + host('third', 3);
    const server = await start(`${BANS}${once}${hosts}`);
    const [, second = 0, third = 0] = server.ports;
    await plays({ ...server, port: third }, [
      welcome,
      ['FOO', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    const named = { ...server, port: second };
    await plays(named, [welcome, ['HOST other.test', '220'], ['FOO', fired, 'closed']]);
    await plays(named, [welcome, ['HOST other.test', fired, 'closed']]);
    await plays(named, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    await plays(server, [welcome]);
  });

  it('has what ProFTPD has not: bait users, dry runs, allow lists, escalation, networks', async () => {
    const server = await start(`${BANS}${once}BanBaitUsers 1h oracle admin\nBanAllow host 127.0.8.9\n`);
    await plays(server, [
      welcome,
      ['USER oracle', '331'],
      ['PASS x', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    await plays(
      server,
      [welcome, ['FOO', '500'], ['USER admin', '331'], ['PASS x', '530'], ['FOO', '500']],
      '127.0.8.9',
    );
    const dry = await start(`${BANS}${once}BanDryRun on\nBanEscalation 2 24:00:00\nBanIPv6Prefix 64\n`);
    await plays(dry, [welcome, ['FOO', '500'], ['FOO', '500']]);
    await until(() => logOf(dry).includes("would ban host '127.0.8.1'"), 5000, 'the dry run in BanLog');
  });

  it('keeps no client waiting when the cache is silent, and takes no harm from garbage in it', async () => {
    const memcached = await startMemcached();
    ends.push(() => memcached.stop());
    const server = await start(
      `${BANS}${once}MemcacheServers 127.0.0.1:${memcached.port}\nMemcacheTimeouts 200 200 200\nBanCache memcache\n`,
    );
    await plays(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    await memcached.pause();
    const atMs = performance.now();
    await plays(server, [['connect', fired, 'closed']]);
    await plays(server, [welcome, ['USER ann', '331'], ['PASS test', '230']], '127.0.8.2');
    await plays(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']], '127.0.8.3');
    expect(performance.now() - atMs).toBeLessThan(5000);
    memcached.resume();
  });

  it('lets nobody in with BanOutagePolicy closed while the cache is away, but those who are allowed', async () => {
    const gone = await silentPort();
    const server = await start(
      `${BANS}${once}MemcacheServers 127.0.0.1:${gone}\nMemcacheTimeouts 100 100 100\nBanCache memcache\nBanOutagePolicy closed\nBanAllow host 127.0.0.1\n`,
    );
    await plays(server, [['connect', '421', 'closed']]);
    await plays(server, [welcome], '127.0.0.1');
  });

  it('goes on alone, and says so, where the cache of BanCache is not there', async () => {
    const server = await start(`${BANS}${once}BanCache redis\n`);
    expect(server.process.output()).toContain("mod_ban: notice: unable to use 'redis'");
    await plays(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
  });

  it.each([
    ['BanEngine on\n', 'missing required BanTable configuration'],
    ['BanEngine on\nBanTable /nonexistent/folder/table\n', '/nonexistent/folder/table'],
  ])('does not start with %j', async (config, text) => {
    await expect(start(config)).rejects.toThrow(text);
  });
});

/** A port whose listener says nothing. */
async function silentPort(): Promise<number> {
  const server: Server = createServer(() => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(() => server.close());
  return (server.address() as { readonly port: number }).port;
}
