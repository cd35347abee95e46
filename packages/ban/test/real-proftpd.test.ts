import { createMemcacheCache, type MemcacheCache } from '@ftpd/cache-memcache';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  startMemcached,
  startProftpd,
  type TestMemcached,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBans, type Bans } from '../src/index.ts';

const patience = { timeout: 15_000 };

describe.each([
  ['tpl', ''],
  ['json', 'BanCacheOptions UseJSON'],
] as const)('with a real ProFTPD over memcached, as %s', (encoding, option) => {
  let memcached: TestMemcached;
  let cache: MemcacheCache;
  let proftpd: TestServer;
  let bans: Bans;

  beforeAll(async () => {
    memcached = await startMemcached();
    cache = createMemcacheCache({
      servers: [memcached],
      connectTimeoutMs: 10_000,
      answerTimeoutMs: 10_000,
      deadlineMs: 10_000,
    });
    bans = createBans({ cache, proftpd: { encoding } });
    proftpd = await startProftpd({
      config: `${BASE_CONFIGURATION}
LoadModule mod_memcache.c
LoadModule mod_ban.c
MemcacheEngine on
MemcacheServers ${memcached.host}:${memcached.port}
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanMessage banned
BanOnEvent LoginRate 2/00:10:00 01:00:00 "often"
BanCache memcache
${option}
`,
      users: ['bob', 'eve', 'ann'].map((name) => ({ name })),
    });
  });

  afterAll(async () => {
    await bans?.close();
    await cache?.close();
    // Killed, it would leave its shared memory to the system.
    await proftpd?.process.stop('SIGTERM');
    await proftpd?.stop();
    await memcached?.stop('SIGKILL');
  });

  /** @returns what the greeting is, or PASS is answered with. */
  const logIn = async (user: string): Promise<string> => {
    const client = await ControlClient.connect({ port: proftpd.port });
    try {
      const greeting = await client.reply();
      if (greeting.code !== 220) return `${greeting.code} ${greeting.lines.join(' ')}`;
      await client.ask(`USER ${user}`);
      const { code, lines } = await client.ask(`PASS ${PASSWORD}`);
      return `${code} ${lines.join(' ')}`;
    } finally {
      client.destroy();
    }
  };

  test('a ban of ours is refused there with its message, until it is permitted', async () => {
    expect(await logIn('bob')).toMatch(/^230/);
    await bans.ban({ type: 'user', name: 'bob' }, { durationMs: 60_000, message: 'sorry %u' });
    expect(await logIn('bob')).toMatch(/^530 .*sorry bob/);
    await bans.permit({ type: 'user', name: 'bob' });
    await bans.ban({ type: 'user@host', name: 'ann@127.0.0.1' });
    expect(await logIn('ann')).toMatch(/^530/);
  });

  test('a ban of its own is refused here, with the message of its rule', async () => {
    await logIn('eve');
    await logIn('eve');
    await expect
      .poll(async () => await bans.check([{ type: 'user', name: 'eve' }]), patience)
      .toMatchObject({ outcome: 'banned', ban: { by: 'proftpd', message: 'often' } });
  });

  test('a host that we ban is refused there before the greeting', async () => {
    await bans.ban({ type: 'host', name: '::ffff:127.0.0.1' }, { message: 'go away' });
    expect(await logIn('bob')).toMatch(/^530 .*go away/);
  });
});
