import {
  BASE_CONFIGURATION,
  freePort,
  startFtpd,
  startMemcached,
  startProftpd,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';
import { expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import { BANS, fired, once, welcome } from './bans/ban-server.ts';
import { play, type Play } from './bans/play.ts';

const later = '530 BAN a={address} c=(none) u=(none)';

/** A server that listens at these ports, beside its own. */
function setupOf(cache: number, ports: readonly number[]): ServerSetup {
  const modules = ['mod_memcache.c', 'mod_ban.c'].map((name) => `LoadModule ${name}\n`).join('');
  const hosts = ports.map(
    (port) => `<VirtualHost 127.0.0.1>\nServerName at${port}\nPort ${port}\n</VirtualHost>\n`,
  );
  // ProFTPD's virtual servers have nothing from the main one.
  const shared = `<Global>\nMemcacheServers 127.0.0.1:${cache}\nBanCache memcache\nBanCacheOptions MatchServer UseJSON\n</Global>\n`;
  const base = BASE_CONFIGURATION.replace('DefaultRoot ~', `DefaultRoot ~\n${modules}`);
  return { config: `${base}MemcacheServers 127.0.0.1:${cache}\n${BANS}${once}${shared}${hosts.join('')}` };
}

async function expectPlay(port: number, address: string, steps: Play): Promise<void> {
  expect(await play(steps, { port, address })).toEqual(steps);
}

it.each([
  ['ProFTPD', 'ours', startProftpd, startFtpd],
  ['ours', 'ProFTPD', startFtpd, startProftpd],
])(
  'BanCacheOptions MatchServer: what %s bans at one address and port, %s refuses there and nowhere else',
  async (_one, _other, startOne, startOther) => {
    const memcached = await startMemcached();
    atEnd(() => memcached.stop());
    const [here, there] = [await freePort(), await freePort()];
    const run = async (start: (setup: ServerSetup) => Promise<TestServer>): Promise<TestServer> => {
      const server = await start(setupOf(memcached.port, [here, there]));
      atEnd(() => server.stop());
      return server;
    };
    const first = await run(startOne);
    await expectPlay(here, '127.0.9.1', [welcome, ['FOO', fired, 'closed'], ['connect', later, 'closed']]);
    await expectPlay(there, '127.0.9.1', [welcome]);
    await first.stop();
    await run(startOther);
    await expectPlay(here, '127.0.9.1', [['connect', later, 'closed']]);
    await expectPlay(there, '127.0.9.1', [welcome]);
    await expectPlay(here, '127.0.9.2', [welcome]);
  },
  60_000,
);
