import { once } from 'node:events';
import type { ConnectionOptions } from 'node:tls';
import { defaultSettings } from '@ftpd/server';
import { until, type ClearableTls } from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { TlsClient } from './tls-client.ts';
import { useTlsServer } from './use-tls-server.ts';

const start = useTlsServer();

interface Client {
  readonly client: TlsClient;
  readonly tls: ClearableTls;
}

/** Logged in, with private data connections. */
async function login(port: number, options: ConnectionOptions = {}): Promise<Client> {
  const client = await TlsClient.connect(port, options);
  await client.expect(220);
  await client.ask('AUTH TLS', 234);
  const tls = await client.startClearableTls();
  await client.ask('USER demo', 331);
  await client.ask('PASS demo', 230);
  await client.ask('PROT P', 200);
  return { client, tls };
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('CCC with %s', (version) => {
  const options: ConnectionOptions = { minVersion: version, maxVersion: version };

  it.each([
    ['sends a close_notify', true],
    ['sends none', false],
  ])('goes on in clear with a client that %s', async (_name, sendsCloseNotify) => {
    const { port, server } = await start({}, { files: { '/a': 'content' } });
    const { client } = await login(port, options);
    expect((await client.ask('CCC', 200)).text).toBe('Clearing control channel protection');
    await client.endTls(sendsCloseNotify);
    await client.ask('PWD', 257);
    const [session] = [...server.sessions.list()];
    expect({ isSecure: session!.isSecure, protocol: session!.tls?.protocol }).toEqual({
      isSecure: false,
      protocol: version,
    });
    await client.ask('TYPE I', 200);
    // Twice: TLS 1.3 has new tickets for the second.
    for (let count = 0; count < 2; count++)
      expect((await client.download('RETR a')).toString()).toBe('content');
    await client.upload('STOR b', Buffer.from('more'));
    await client.ask('PROT C', 200);
    await client.ask('QUIT', 221);
    await client.closed();
  });

  it('still binds data connections to the session that ended', async () => {
    const { port } = await start({}, { files: { '/a': 'content' } });
    const { client } = await login(port, options);
    const other = await login(port, options);
    await client.ask('CCC', 200);
    await client.endTls(true);
    await client.ask('TYPE I', 200);
    const raw = await client.openData();
    client.send('RETR a');
    await client.expect(150);
    const data = await client.secureData(raw, other.client.session).catch(() => undefined);
    data?.resume();
    await client.expect(425);
    other.client.destroy();
    client.destroy();
  });

  it('reads what stands behind a close_notify in the same packet, once', async () => {
    const { port } = await start();
    const { client } = await login(port, options);
    await client.ask('CCC', 200);
    await client.endTls(true, 'PWD\r\nNOO');
    await client.expect(257);
    await client.ask('P', 200);
    client.destroy();
  });

  it('never obeys what was encrypted behind it', async () => {
    const { port, log } = await start({}, { files: { '/a': 'content' } });
    const { client } = await login(port, options);
    client.sendRaw('CCC\r\nDELE a\r\n');
    await client.expect(200);
    await client.closed();
    expect(log.some((line) => line.includes('ahead'))).toBe(true);
  });

  it('never obeys what is encrypted behind its reply', async () => {
    const { port, log, server } = await start();
    const { client } = await login(port, options);
    await client.ask('CCC', 200);
    client.send('NOOP');
    await client.closed();
    await until(() => server.sessions.count({}) === 0, 5000, 'the end of the session');
    expect(log.some((line) => line.includes('TLS_NOT_CLEARED'))).toBe(true);
  });

  it('never obeys what comes in clear with it', async () => {
    const { port, server } = await start({}, { files: { '/a': 'content' } });
    const { client, tls } = await login(port, options);
    tls.raw.cork();
    const left = once(tls.raw, 'close');
    await new Promise<void>((resolve) => void tls.socket.write('CCC\r\n', () => resolve()));
    tls.raw.write('DELE a\r\n');
    tls.raw.uncork();
    await left;
    await until(() => server.sessions.count({}) === 0, 5000, 'the end of the session');
    const again = await TlsClient.login(port, options);
    expect((await again.download('RETR a')).toString()).toBe('content');
    again.destroy();
    client.destroy();
  });

  it('is done with when the client goes in the middle of it', async () => {
    const { port, server } = await start();
    for (const go of ['destroy', 'end'] as const) {
      const { client, tls } = await login(port, options);
      await client.ask('CCC', 200);
      await tls.ended;
      tls.raw[go]();
      await until(() => server.sessions.count({}) === 0, 5000, 'the end of the session');
      client.destroy();
    }
    expect(server.sessions.count({})).toBe(0);
  });

  it('is done with when the client goes right behind its end of TLS', async () => {
    const { port, server } = await start();
    const { client, tls } = await login(port, options);
    await client.ask('CCC', 200);
    await client.endTls(true, 'NOOP\r\n');
    tls.raw.end();
    await client.expect(200);
    await until(() => server.sessions.count({}) === 0, 5000, 'the end of the session');
    client.destroy();
  });
});

describe('CCC', () => {
  it('leaves what TLS weakens no second time: CCC, PBSZ, AUTH', async () => {
    const { port } = await start();
    const { client } = await login(port);
    await client.ask('CCC', 200);
    await client.endTls(true);
    const texts = [];
    for (const line of ['CCC', 'PBSZ 0', 'AUTH TLS', 'PROT P', 'PROT C', 'REIN', 'AUTH TLS']) {
      client.send(line);
      const { code, text } = await client.reply();
      texts.push(`${code} ${text}`);
    }
    expect(texts).toEqual([
      '533 CCC not allowed on insecure control connection',
      '503 PBSZ not allowed on insecure control connection',
      '534 Unwilling to accept security parameters',
      '200 Protection set to Private',
      '200 Protection set to Clear',
      '220 Service ready for new user',
      '534 Unwilling to accept security parameters',
    ]);
    client.destroy();
  });

  it('waits no longer than a session may be idle', async () => {
    const { port, server } = await start(
      {},
      { settings: { timeouts: { ...defaultSettings.timeouts, idleMs: 300 } } },
    );
    const { client } = await login(port);
    await client.ask('CCC', 200);
    await until(() => server.sessions.count({}) === 0, 5000, 'the end of the session');
    await client.closed();
    client.destroy();
  });

  it.each([
    ['the control connection has to be encrypted', { rules: { requiresControlTls: true } }],
    ['the connection can not be cleared', { canBeCleared: false }],
  ])('is refused where %s', async (_name, options) => {
    const { port } = await start(options);
    const { client } = await login(port);
    await client.ask('CCC', 534);
    await client.ask('NOOP', 200);
    client.destroy();
  });
});
