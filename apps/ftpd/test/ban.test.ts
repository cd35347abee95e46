import { chownSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { removeFolder, servingIdentity, startMemcached, temporaryFolder, until } from '@ftpd/test-services';
import { expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import {
  BANS,
  expectPlay,
  fired,
  follow,
  logOf,
  modes,
  once,
  startWithBans,
  welcome,
} from './bans/ban-server.ts';
import { play } from './bans/play.ts';
import { describeBeside } from './beside.ts';
import { nextServer } from './kept-daemon.ts';

const { isRoot, uid, gid } = servingIdentity();

describeBeside(modes)('mod_ban: a daemon $name', { concurrent: true }, ({ mode }) => {
  it('keeps bans when its server crashes, and bans and counts through SIGHUP', async () => {
    const config = `${BANS}${once}`;
    const server = await startWithBans(config, mode);
    await expectPlay(server, [welcome, ['FOO', fired, 'closed']]);
    const table = join(server.folder, 'ban.tab');
    await until(() => readFileSync(table, 'utf8').includes('127.0.8.1'), 10_000, 'the ban on the disk');
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
    expect(statSync(table).mode & 0o777).toBe(0o600);
    const two = `${config}BanOnEvent BadProtocol 2/00:10:00 00:10:00\n`;
    await follow(server, two);
    await expectPlay(server, [['connect', fired, 'closed']]);
    await expectPlay(server, [welcome, ['EHLO x', 'closed']], '127.0.8.2');
    await follow(server, `${two}BanEscalation 2 24:00:00\n`);
    await expectPlay(server, [welcome, ['EHLO x', fired, 'closed']], '127.0.8.2');
    await follow(server, `${config}BanAllow host 127.0.8.0/24\n`);
    await expectPlay(server, [welcome]);
  }, 60_000);

  it('keeps bans over its own restart, for as long as they last', async () => {
    const folder = temporaryFolder('ban-table-');
    atEnd(() => removeFolder(folder));
    if (isRoot && mode.asRoot !== true) chownSync(folder, uid, gid);
    const config = BANS.replace('%{env:FTPD_TEST_FOLDER}/ban.tab', `${folder}/table`) + once;
    const first = await startWithBans(config, mode);
    await expectPlay(first, [welcome, ['FOO', fired, 'closed']]);
    await first.stop();
    const second = await startWithBans(config, mode);
    await expectPlay(second, [['connect', fired, 'closed']]);
    await expectPlay(second, [welcome], '127.0.8.2');
    await until(() => logOf(second).includes('read 1 bans and permits from BanTable'), 5000, 'BanLog');
  });

  it('has on the disk what it banned right before its end', async () => {
    const folder = temporaryFolder('ban-table-');
    atEnd(() => removeFolder(folder));
    if (isRoot && mode.asRoot !== true) chownSync(folder, uid, gid);
    const config = BANS.replace('%{env:FTPD_TEST_FOLDER}/ban.tab', `${folder}/table`) + once;
    const addresses = Array.from({ length: 20 }, (_, index) => `127.0.8.${index + 1}`);
    const first = await startWithBans(config, mode);
    await Promise.all(addresses.map((address) => expectPlay(first, [welcome, ['FOO', fired]], address)));
    process.kill(first.process.pid, 'SIGTERM');
    await first.process.ended;
    const second = await startWithBans(config, mode);
    for (const address of addresses) await expectPlay(second, [['connect', fired, 'closed']], address);
  });
});

describeBeside(['mod_ban'])('%s', { concurrent: true }, () => {
  it('counts within the window only, and bans for as long as the rule says', async () => {
    const server = await startWithBans(`${BANS}BanOnEvent UnhandledCommand 2/00:00:03 00:00:04\n`);
    const { port } = server;
    await expectPlay(server, [welcome, ['FOO', '500'], ['NOOP', '200']]);
    await new Promise((resolve) => setTimeout(resolve, 3100));
    const atMs = performance.now();
    await expectPlay(server, [
      welcome,
      ['FOO', '500'],
      ['FOO', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    await until(
      async () => (await play([['connect', '220']], { port, address: '127.0.8.1' }))[0]?.[1] === '220',
      15_000,
      'the end of the ban',
    );
    // In whole seconds, as records have it; never shorter.
    expect(performance.now() - atMs).toBeGreaterThanOrEqual(4000);
  });

  it('bans who sends more commands than MaxCommandRate', async () => {
    const rule = 'MaxCommandRate 5 60\nBanOnEvent MaxCommandRate 1/00:10:00 00:10:00\n';
    const server = await startWithBans(`${BANS}${rule}`);
    const many = Array.from({ length: 10 }, () => 'NOOP').join('\r\n');
    await expectPlay(server, [
      welcome,
      [many, '200', '200', '200', '200', '200', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
  });

  it('counts by all rules of one moment, and bans by all that fire', async () => {
    const rules = ['MaxLoginAttempts', 'MaxLoginAttemptsFromUser', 'mod_auth.max-login-attempts']
      .map((event) => `BanOnEvent ${event} 1/00:10:00 00:10:00 "LATER"\n`)
      .toReversed();
    const server = await startWithBans(`${BANS}MaxLoginAttempts 1\n${rules.join('')}`);
    await expectPlay(server, [
      welcome,
      ['USER ann', '331'],
      ['PASS x', '530 Login incorrect.', fired, 'closed'],
      ['connect', '530 LATER', 'closed'],
    ]);
    await until(() => logOf(server).split('added').length > 4, 5000, 'BanLog');
    expect(logOf(server)).toContain(
      "added MaxLoginAttemptsFromUser-triggered autoban for user@host 'ann@127.0.8.1'",
    );
    expect(logOf(server)).toMatch(/added \S+-triggered autoban for host '127\.0\.8\.1'/);
  });

  it('says nothing without a message, and closes', async () => {
    const server = await startWithBans(`${BANS.replace(/BanMessage.*\n/, '')}${once}`);
    await expectPlay(server, [welcome, ['FOO', 'closed'], ['connect', 'closed']]);
  });

  it('is on for all with BanEngine on in <Global>, and off where a virtual server says so', async () => {
    const hosts = [2, 3].map(
      (number) =>
        `<VirtualHost 127.0.0.1>\nPort %{env:FTPD_TEST_PORT${number}}\nAuthUserFile %{env:FTPD_TEST_FOLDER}/passwd\n${number === 3 ? 'BanEngine off\n' : ''}</VirtualHost>\n`,
    );
    const global = '<Global>\nBanEngine on\nBanOptions MatchAnyServer\n</Global>\n';
    const server = await startWithBans(`${BANS.replace('BanEngine on\n', global)}${once}${hosts.join('')}`);
    const [, second = 0, third = 0] = server.ports;
    await expectPlay(server, [welcome, ['FOO', fired, 'closed']]);
    await expectPlay({ ...server, port: second }, [['connect', fired, 'closed']]);
    await expectPlay({ ...server, port: third }, [welcome, ['FOO', '500'], ['FOO', '500']]);
  });

  it('leaves those alone for whom BanEngine is off in <IfClass>, as ProFTPD documents it', async () => {
    const classes = `<Class friends>\nFrom 127.0.8.9\n</Class>
<IfClass friends>\nBanEngine off\n</IfClass>
<IfClass !friends>\nBanEngine on\n</IfClass>\n`;
    for (const bans of [BANS, BANS.replace('BanEngine on\n', '')]) {
      const server = await startWithBans(`LoadModule mod_ifsession.c\n${bans}${once}${classes}`);
      await expectPlay(server, [welcome, ['FOO', '500'], ['FOO', '500'], welcome], '127.0.8.9');
      await expectPlay(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    }
  });

  it('bans for one virtual server, unless MatchAnyServer is set, and HOST does not lead around it', async () => {
    const host = (name: string, port: number): string =>
      `<VirtualHost 127.0.0.1>\nServerName ${name}\nServerAlias ${name}.test\nPort %{env:FTPD_TEST_PORT${port}}\n</VirtualHost>\n`;
    const hosts = host('one', 2) + host('other', 2) + host('third', 3);
    const server = await startWithBans(`${BANS}${once}${hosts}`);
    const [, second = 0, third = 0] = server.ports;
    await expectPlay({ ...server, port: third }, [
      welcome,
      ['FOO', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    const named = { ...server, port: second };
    await expectPlay(named, [welcome, ['HOST other.test', '220'], ['FOO', fired, 'closed']]);
    await expectPlay(named, [welcome, ['HOST other.test', fired, 'closed']]);
    await expectPlay(named, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    await expectPlay(server, [welcome]);
  });

  it('has what ProFTPD has not: bait users, dry runs, allow lists, escalation, networks', async () => {
    const server = await startWithBans(
      `${BANS}${once}BanBaitUsers 1h oracle admin\nBanAllow host 127.0.8.9\n`,
    );
    await expectPlay(server, [
      welcome,
      ['USER oracle', '331'],
      ['PASS x', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    await expectPlay(
      server,
      [welcome, ['FOO', '500'], ['USER admin', '331'], ['PASS x', '530'], ['FOO', '500']],
      '127.0.8.9',
    );
    const dry = await startWithBans(
      `${BANS}${once}BanDryRun on\nBanEscalation 2 24:00:00\nBanIPv6Prefix 64\n`,
    );
    await expectPlay(dry, [welcome, ['FOO', '500'], ['FOO', '500']]);
    await until(() => logOf(dry).includes("would ban host '127.0.8.1'"), 5000, 'the dry run in BanLog');
  });

  it('keeps no client waiting when the cache is silent', async () => {
    const memcached = await startMemcached();
    atEnd(() => memcached.stop());
    const server = await startWithBans(
      `${BANS}${once}MemcacheServers 127.0.0.1:${memcached.port}\nMemcacheTimeouts 200 200 200\nBanCache memcache\n`,
    );
    await expectPlay(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
    await memcached.pause();
    const atMs = performance.now();
    await expectPlay(server, [['connect', fired, 'closed']]);
    await expectPlay(server, [welcome, ['USER ann', '331'], ['PASS test', '230']], '127.0.8.2');
    await expectPlay(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']], '127.0.8.3');
    expect(performance.now() - atMs).toBeLessThan(5000);
    memcached.resume();
  });

  it('lets nobody in with BanOutagePolicy closed while the cache is away, but those who are allowed', async () => {
    const gone = await silentPort();
    const server = await startWithBans(
      `${BANS}${once}MemcacheServers 127.0.0.1:${gone}\nMemcacheTimeouts 100 100 100\nBanCache memcache\nBanOutagePolicy closed\nBanAllow host 127.0.0.1\n`,
    );
    await expectPlay(server, [['connect', '421', 'closed']]);
    await expectPlay(server, [welcome], '127.0.0.1');
  });

  it('goes on alone, and says so, where the cache of BanCache is not there', async () => {
    const server = await startWithBans(`${BANS}${once}BanCache redis\n`);
    expect(server.process.output()).toContain("mod_ban: notice: unable to use 'redis'");
    await expectPlay(server, [welcome, ['FOO', fired, 'closed'], ['connect', fired, 'closed']]);
  });

  it.each([
    ['BanEngine on\n', 'missing required BanTable configuration'],
    ['BanEngine on\nBanTable /nonexistent/folder/table\n', '/nonexistent/folder/table'],
    [`${BANS}BanCache reddis\n`, "unsupported BanCache driver 'reddis'"],
  ])('does not start with %j', async (config, text) => {
    await expect(startWithBans(config)).rejects.toThrow(text);
  });
});

/** A port whose listener says nothing. */
async function silentPort(): Promise<number> {
  const server: Server = createServer(() => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  atEnd(() => server.close());
  return (server.address() as { readonly port: number }).port;
}
