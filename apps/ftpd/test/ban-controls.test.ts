import { ControlClient, PASSWORD, servingIdentity } from '@ftpd/test-services';
import { expect, it } from 'vitest';
import { BANS, expectPlay, modes, once, startWithBans, welcome } from './bans/ban-server.ts';
import { describeBeside } from './beside.ts';
import { CONTROLS, debianCtl, ownCtl, ownName, socketOf } from './ctl.ts';

const { isRoot } = servingIdentity();

const CONTROLLED = `${CONTROLS}BanControlsACLs all allow user ${ownName}
`;

describeBeside(modes)('ftpdctl ban and permit: a daemon $name', ({ mode }) => {
  it('bans and permits by ftpdctl, and ends sessions that a ban concerns', async () => {
    const server = await startWithBans(`${BANS}${CONTROLLED}${once}`, mode);
    const socket = socketOf(server);
    const ann = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    const bob = await ControlClient.login({ port: server.port, user: 'bob', password: PASSWORD });
    expect(await ownCtl(socket, 'ban', 'user', 'ann', 'eve')).toEqual({
      code: 0,
      lines: ['user ann banned', 'user eve banned'],
    });
    await ann.closed();
    await bob.ask('NOOP', 200);
    await expectPlay(server, [
      welcome,
      ['USER ann', '331'],
      ['PASS test', '530 BAN a={address} c=(none) u=ann', '530 Login incorrect.', 'closed'],
    ]);
    expect(await ownCtl(socket, 'permit', 'user', 'ann')).toEqual({
      code: 0,
      lines: ["user 'ann' permitted"],
    });
    await expectPlay(server, [welcome, ['USER ann', '331'], ['PASS test', '230']]);
    await ownCtl(socket, 'ban', 'user@host', 'bob@127.0.0.1', '--duration', '1h', '--reason', 'because');
    await bob.closed();
    await expectPlay(server, [welcome, ['USER bob', '331'], ['PASS test', '230']]);
    const { lines } = await ownCtl(socket, 'ban', 'info', '-v');
    expect(lines.join('\n')).toMatch(
      /^Banned Users:\n {2}eve\n {4}Reason: requested by '.+' on \w{3} \w{3} \d\d .*\n {4}Expires: never\n\nBanned User@Hosts:\n {2}bob@127\.0\.0\.1\n {4}Reason: because\n {4}Expires: .* \(in (3600|359\d) seconds\)$/,
    );
  });

  it.runIf(isRoot)('answers Debian’s ftpdctl in ProFTPD’s words', async () => {
    const server = await startWithBans(
      `${BANS}${CONTROLLED}BanOnEvent UnhandledCommand 3/00:10:00 00:10:00\n`,
      mode,
    );
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
    await expectPlay(server, [welcome, ['FOO', '500']]);
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
