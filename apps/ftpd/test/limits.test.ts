import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlClient, PASSWORD, until, type TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configuration, configurationOfHosts } from './dialogues/base.ts';
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
  ['MaxClientsPerClass here 1', 'first', 'second', '127.0.0.1', FULL],
  ['MaxClientsPerClass here 1', 'first', 'second', '127.0.0.2', undefined],
] as const;

/** A class of clients that a limit above names. */
const CLASS = '<Class here>\n  From 127.0.0.1\n</Class>';

/**
 * Directive, whether a login comes first, and the text of the goodbye. ProFTPD counts the beginnings of seconds: 1 may be
 * over before the greeting.
 */
const TIMEOUTS = [
  ['TimeoutLogin 3', false, /^Login timeout \(3 seconds\)/i],
  ['TimeoutIdle 3', true, /^Idle timeout \(3 seconds\)/i],
  ['TimeoutNoTransfer 3', true, /^No transfer timeout \(3 seconds\)/i],
  ['TimeoutSession 3', true, /^Session timeout \(3 seconds\)/i],
] as const;

/** Every row and every test below has a virtual host of its own, so that no session of another counts. */
const HOSTS = [
  ['main', CLASS],
  ...LIMITS.map((row) => [row.join(' '), row[0]]),
  ...TIMEOUTS.map(([directive]) => [directive, directive]),
  ['end', 'MaxClients 1'],
  ['vanish', 'MaxClients 1'],
  ['connections', 'MaxConnectionsPerHost 1'],
  ['busy', 'TimeoutIdle 2'],
] satisfies (readonly string[])[];

describeBeside(servers)('limits of $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const sets = HOSTS.map(([, directive = '']) => [directive]);
    server = await start({ config: configurationOfHosts(sets), portCount: sets.length, users: USERS });
  });

  afterAll(async () => {
    await server?.stop();
  });

  function portOf(host: string): number {
    return server.ports[HOSTS.findIndex(([name]) => name === host)] as number;
  }

  async function login(port: number, user: string, localAddress = '127.0.0.1'): Promise<ControlClient> {
    return ControlClient.login({ port, user, password: PASSWORD, localAddress });
  }

  test.each(LIMITS)(
    '%s: beside %s comes %s from %s',
    async (directive, there, comes, localAddress, refusal) => {
      const port = portOf([directive, there, comes, localAddress, refusal].join(' '));
      const before = await login(port, there);
      const client = await ControlClient.connect({ port, localAddress });
      await client.expect(220);
      await client.ask(`USER ${comes}`, 331);
      const reply = await client.ask(`PASS ${PASSWORD}`, refusal === undefined ? 230 : 530);
      if (refusal !== undefined) {
        expect(reply.text).toContain(refusal);
        await client.closed();
      }
      client.destroy();
      before.destroy();
    },
  );

  test('a place becomes free when its session ends', async () => {
    const port = portOf('end');
    await (await login(port, 'first')).quit();
    const second = await until(() => login(port, 'second'), 5_000, 'the free place');
    await second.ask('NOOP', 200);
    const third = await ControlClient.connect({ port });
    await third.expect(220);
    await third.ask('USER first', 331);
    expect((await third.ask(`PASS ${PASSWORD}`)).code).toBe(530);
    third.destroy();
    await second.quit();
  });

  test('a place becomes free when its client vanishes', async () => {
    const port = portOf('vanish');
    (await login(port, 'first')).destroy({ withReset: true });
    const second = await until(() => login(port, 'second'), 5_000, 'the free place');
    await second.quit();
    expect(server.process.isRunning()).toBe(true);
  });

  test('MaxConnectionsPerHost refuses before the greeting', async () => {
    const port = portOf('connections');
    const first = await login(port, 'first');
    const client = await ControlClient.connect({ port });
    expect((await client.reply()).code).toBe(530);
    await client.closed();
    client.destroy();
    await first.quit();
  });

  test('MaxInstances closes what is too many without a greeting', async () => {
    const small = await start({ config: configuration(['MaxInstances 1']), users: USERS });
    // The connection that found the server ready may still be counted.
    const first = await until(() => login(small.port, 'first'), 5_000, 'the first connection');
    const client = await ControlClient.connect({ port: small.port });
    await client.closed();
    client.destroy();
    await first.ask('NOOP', 200);
    await first.quit();
    expect(small.process.isRunning()).toBe(true);
    await small.stop();
  });

  test.concurrent.for(TIMEOUTS)(
    '%s says so and closes',
    async ([directive, isLoggedIn, text], { expect: expectHere }) => {
      const port = portOf(directive);
      const client = await (isLoggedIn ? login(port, 'first') : ControlClient.connect({ port }));
      if (!isLoggedIn) await client.expect(220);
      expectHere((await client.expect(421)).text).toMatch(text);
      await client.closed();
      client.destroy();
    },
  );

  test('TimeoutIdle does not count while commands come', async () => {
    const client = await login(portOf('busy'), 'first');
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
