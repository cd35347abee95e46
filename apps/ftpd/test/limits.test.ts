import { describe, expect, test } from 'vitest';
import { ControlClient, PASSWORD, until, type TestServer } from '@ftpd/test-services';
import { configuration } from './dialogues/base.ts';
import { servers } from './servers.ts';

const USERS = [{ name: 'first' }, { name: 'second' }];
const FULL = 'are already connected';

/** Directives, who is there already, who comes, and whether he is refused. */
const LIMITS = [
  ['MaxClients 1', 'first', 'second', '127.0.0.1', FULL],
  ['MaxClients 1 "no room for more than %m"', 'first', 'second', '127.0.0.1', 'no room for more than 1'],
  ['MaxClients 2', 'first', 'second', '127.0.0.1', undefined],
  ['MaxClients none', 'first', 'second', '127.0.0.1', undefined],
  ['MaxClientsPerHost 1', 'first', 'second', '127.0.0.1', FULL],
  ['MaxClientsPerHost 1', 'first', 'second', '127.0.0.2', undefined],
  ['MaxClientsPerUser 1', 'first', 'first', '127.0.0.2', FULL],
  ['MaxClientsPerUser 1', 'first', 'second', '127.0.0.1', undefined],
  ['MaxHostsPerUser 1', 'first', 'first', '127.0.0.2', FULL],
  ['MaxHostsPerUser 1', 'first', 'first', '127.0.0.1', undefined],
  [
    '<Class here>\n  From 127.0.0.1\n</Class>\nMaxClientsPerClass here 1',
    'first',
    'second',
    '127.0.0.1',
    FULL,
  ],
  [
    '<Class here>\n  From 127.0.0.1\n</Class>\nMaxClientsPerClass here 1',
    'first',
    'second',
    '127.0.0.2',
    undefined,
  ],
] as const;

/** Directive, whether a login comes first, and the text of the goodbye. */
const TIMEOUTS = [
  ['TimeoutLogin 1', false, /^Login timeout \(1 seconds?\)/i],
  ['TimeoutIdle 1', true, /^Idle timeout \(1 seconds?\)/i],
  ['TimeoutNoTransfer 1', true, /^No transfer timeout \(1 seconds?\)/i],
  ['TimeoutSession 1', true, /^Session timeout \(1 seconds?\)/i],
] as const;

describe.each(servers)('limits of $kind', ({ start }) => {
  async function withServer(directives: string, use: (server: TestServer) => Promise<void>): Promise<void> {
    const server = await start({ config: configuration(directives.split('\n')), users: USERS });
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  }

  async function login(server: TestServer, user: string, localAddress = '127.0.0.1'): Promise<ControlClient> {
    return ControlClient.login({ port: server.port, user, password: PASSWORD, localAddress });
  }

  test.each(LIMITS)(
    '%s: beside %s comes %s from %s',
    async (directives, there, comes, localAddress, refusal) => {
      await withServer(directives, async (server) => {
        const before = await login(server, there);
        const client = await ControlClient.connect({ port: server.port, localAddress });
        await client.expect(220);
        await client.ask(`USER ${comes}`, 331);
        const reply = await client.ask(`PASS ${PASSWORD}`, refusal === undefined ? 230 : 530);
        if (refusal !== undefined) {
          expect(reply.text).toContain(refusal);
          await client.closed();
        }
        client.destroy();
        before.destroy();
      });
    },
  );

  test('a place becomes free when its session ends', async () => {
    await withServer('MaxClients 1', async (server) => {
      const first = await login(server, 'first');
      await first.quit();
      const second = await until(() => login(server, 'second'), 5_000, 'the free place');
      await second.ask('NOOP', 200);
      const third = await ControlClient.connect({ port: server.port });
      await third.expect(220);
      await third.ask('USER first', 331);
      expect((await third.ask(`PASS ${PASSWORD}`)).code).toBe(530);
      third.destroy();
      await second.quit();
    });
  });

  test('a place becomes free when its client vanishes', async () => {
    await withServer('MaxClients 1', async (server) => {
      (await login(server, 'first')).destroy({ withReset: true });
      const second = await until(() => login(server, 'second'), 5_000, 'the free place');
      await second.quit();
      expect(server.process.isRunning()).toBe(true);
    });
  });

  test('MaxConnectionsPerHost refuses before the greeting', async () => {
    await withServer('MaxConnectionsPerHost 1', async (server) => {
      // The connection that found the server ready may still be counted.
      const first = await until(() => login(server, 'first', '127.0.0.2'), 5_000, 'the first connection');
      const client = await ControlClient.connect({ port: server.port, localAddress: '127.0.0.2' });
      expect((await client.reply()).code).toBe(530);
      await client.closed();
      client.destroy();
      await first.quit();
    });
  });

  test('MaxInstances closes what is too many without a greeting', async () => {
    await withServer('MaxInstances 1', async (server) => {
      const first = await until(() => login(server, 'first'), 5_000, 'the first connection');
      const client = await ControlClient.connect({ port: server.port });
      await client.closed();
      client.destroy();
      await first.ask('NOOP', 200);
      await first.quit();
      expect(server.process.isRunning()).toBe(true);
    });
  });

  test.each(TIMEOUTS)('%s says so and closes', async (directive, isLoggedIn, text) => {
    await withServer(directive, async (server) => {
      const client = await (isLoggedIn
        ? login(server, 'first')
        : ControlClient.connect({ port: server.port }));
      if (!isLoggedIn) await client.expect(220);
      expect((await client.expect(421)).text).toMatch(text);
      await client.closed();
      client.destroy();
    });
  });

  test('TimeoutIdle does not count while commands come', async () => {
    await withServer('TimeoutIdle 2', async (server) => {
      const client = await login(server, 'first');
      const end = performance.now() + 2_600;
      await until(
        async () => (await client.ask('NOOP', 200), performance.now() > end),
        5_000,
        'the end of the time',
      );
      await client.quit();
      expect(server.process.isRunning()).toBe(true);
    });
  });
});
