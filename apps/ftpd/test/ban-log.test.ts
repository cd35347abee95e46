import {
  BASE_CONFIGURATION,
  startMemcached,
  startProftpd,
  until,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import { BANS, fired, logOf, welcome } from './bans/ban-server.ts';
import { play, type Play } from './bans/play.ts';
import { describeBeside } from './beside.ts';
import { servers } from './servers.ts';

let memcached: Awaited<ReturnType<typeof startMemcached>>;

beforeAll(async () => {
  memcached = await startMemcached();
});

afterAll(() => memcached?.stop());

/** @param banClock - How long bans last, `hh:mm:ss`. */
function setupOf(banClock: string): ServerSetup {
  const modules = ['mod_memcache.c', 'mod_ban.c'].map((name) => `LoadModule ${name}\n`).join('');
  const base = BASE_CONFIGURATION.replace('DefaultRoot ~', `DefaultRoot ~\n${modules}`);
  return {
    config: `${base}MemcacheServers 127.0.0.1:${memcached.port}
BanCache memcache
${BANS}BanOnEvent UnhandledCommand 2/00:10:00 ${banClock}
`,
  };
}

async function expectPlay({ port }: TestServer, address: string, steps: Play): Promise<void> {
  expect(await play(steps, { port, address })).toEqual(steps);
}

/** What is told of an address, without times and process numbers. */
const textsOf = (server: TestServer, address: string): readonly string[] =>
  logOf(server)
    .split('\n')
    .filter((line) => line.includes(address))
    .map((line) => line.replace(/^\S+ \S+ mod_ban\/0\.8\[\d+\]: /, ''));

/** `Sun Nov 22 08:41:30 2026` */
const time = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}`;

describeBeside(servers)('BanLog: $name', ({ start, kind }) => {
  const started = async (startOne: typeof start, banClock: string): Promise<TestServer> => {
    const server = await startOne(setupOf(banClock));
    atEnd(() => server.stop());
    return server;
  };
  const network = `127.${servers.findIndex((server) => server.start === start) + 1}.6`;

  it('tells of a ban, its record, whom it keeps out, and its end', async () => {
    const server = await started(start, '00:00:04');
    const address = `${network}.1`;
    await expectPlay(server, address, [
      welcome,
      ['FOO', '500'],
      ['FOO', fired, 'closed'],
      ['connect', fired, 'closed'],
    ]);
    const hasEnded = /ban for host '\S+' has expired \(\d+ seconds ago\)/;
    await until(
      async () => {
        // ProFTPD looks when somebody comes.
        await play([['connect']], { port: server.port, address: `${network}.9` });
        return textsOf(server, address).some((text) => hasEnded.test(text));
      },
      20_000,
      'the end of the ban in BanLog',
    );
    // Several processes of ProFTPD may find the same end.
    const texts = new Set(textsOf(server, address).map((text) => text.replace(/\d+ seconds/, 'N seconds')));
    expect([...texts].toSorted()).toEqual([
      `added UnhandledCommand-triggered autoban for host '${address}'`,
      `ban for host '${address}' has expired (N seconds ago)`,
      `cache entry added for name ${address}, type 2, sid 1`,
      `login from host '${address}' denied due to host ban`,
    ]);
    expect(logOf(server)).toContain('added ban event for UnhandledCommand');
    expect(logOf(server)).toContain('UnhandledCommand autoban threshold reached, ending session');
  });

  it('tells what another has put into the cache', async () => {
    const address = `${network}.2`;
    const first = await started(startProftpd, '00:10:00');
    await expectPlay(first, address, [welcome, ['FOO', '500'], ['FOO', fired, 'closed']]);
    const second = await started(start, '00:10:00');
    await expectPlay(second, address, [['connect', fired, 'closed']]);
    await until(() => textsOf(second, address).length === 2, 5000, 'both lines in BanLog');
    const [found = '', denied] = textsOf(second, address);
    // ProFTPD shows both as they are in the record: the port's bytes are swapped there.
    const [mapped, port] =
      kind === 'proftpd' ? ['::ffff:', ((first.port & 0xff) << 8) | (first.port >> 8)] : ['', first.port];
    expect(found).toMatch(
      new RegExp(
        `^found cache entry for name ${address}, type 2: version 2, update_ts ${time}, ip_addr ${mapped}127\\.0\\.0\\.1, port ${port}, be_type 2, be_name ${address}, be_reason UnhandledCommand autoban at ${time}, be_message , be_expires ${time}, be_sid 1$`,
        'u',
      ),
    );
    expect(denied).toBe(`login from host '${address}' denied due to host ban`);
  });
});
