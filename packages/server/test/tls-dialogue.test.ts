import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { until, within } from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { startServer } from './start-server.ts';
import { TlsClient } from './tls-client.ts';
import { useTlsServer } from './use-tls-server.ts';

const start = useTlsServer();

describe('AUTH TLS', () => {
  it('never obeys what was sent ahead in the same packet', async () => {
    const { port, events } = await start();
    const client = await TlsClient.connect(port);
    await client.expect(220);
    client.sendRaw('AUTH TLS\r\nUSER demo\r\nPASS demo\r\n');
    await client.expect(234);
    await client.closed();
    expect(events.map(({ name }) => name)).not.toContain('LoginRate');
  });

  it('never obeys half a command that was sent ahead', async () => {
    const { port } = await start();
    const client = await TlsClient.connect(port);
    await client.expect(220);
    client.sendRaw('AUTH TLS\r\nUSE');
    await client.expect(234);
    await client.closed();
  });

  it('closes a connection that goes on in clear', async () => {
    const { port, log } = await start();
    const client = await TlsClient.connect(port);
    await client.expect(220);
    await client.ask('AUTH TLS', 234);
    client.send('FEAT');
    await client.closed();
    expect(log.some((line) => line.includes('TLS_HELLO_INVALID'))).toBe(true);
  });

  it('closes a connection that never comes to its handshake', async () => {
    const { port, log } = await start({ handshakeTimeoutMs: 50 });
    const client = await TlsClient.connect(port);
    await client.expect(220);
    await client.ask('AUTH TLS', 234);
    client.sendRaw(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    await client.closed();
    expect(log.some((line) => line.includes('TLS_HANDSHAKE_TIMEOUT'))).toBe(true);
  });

  it('takes a ClientHello that comes byte by byte', async () => {
    const { port } = await start();
    const relay = createServer({ noDelay: true }, (near) => {
      const far = connect({ port, host: '127.0.0.1', noDelay: true });
      near.on('data', (chunk) => {
        for (const byte of chunk) far.write(Uint8Array.of(byte));
      });
      far.pipe(near);
      for (const socket of [near, far]) socket.on('error', () => {});
      near.on('close', () => far.destroy());
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const client = await TlsClient.secure((relay.address() as AddressInfo).port);
    await client.ask('USER demo', 331);
    client.destroy();
    relay.close();
  });

  it('is raised as an event before the handshake, and refused a second time', async () => {
    const { port, events } = await start();
    const client = await TlsClient.secure(port);
    expect(events.filter(({ name }) => name === 'TLSHandshake')).toHaveLength(1);
    await client.ask('AUTH TLS', 503);
    await client.ask('AUTH FOO', 503);
    client.destroy();
  });

  it('is refused to who has logged in in clear', async () => {
    const { port } = await start();
    const client = await TlsClient.connect(port);
    await client.expect(220);
    await client.ask('USER demo', 331);
    await client.ask('PASS demo', 230);
    await client.ask('AUTH TLS', 534);
    client.destroy();
  });

  it('refuses an unknown name with unrecognized_name', async () => {
    const { port, log } = await start({ names: ['localhost'] });
    await expect(TlsClient.secure(port, { servername: 'elsewhere.example' })).rejects.toThrow(
      /unrecognized name/i,
    );
    expect(log.some((line) => line.includes('TLS_NAME_UNKNOWN'))).toBe(true);
    const client = await TlsClient.secure(port, { servername: 'LocalHost' });
    client.destroy();
  });

  it('is unknown, with all that belongs to it, where no TLS is spoken', async () => {
    const server = await startServer();
    const client = await server.connect();
    for (const line of ['AUTH TLS', 'PBSZ 0', 'PROT P', 'CCC']) await client.ask(line, 500);
    const features = await client.ask('FEAT', 211);
    expect(features.text).not.toContain('AUTH');
    await client.quit();
    await server.close();
  });
});

describe('implicit TLS', () => {
  it('greets behind the handshake, and data connections are private', async () => {
    const { port } = await start({ isImplicit: true }, { files: { '/a': 'content' } });
    const client = await TlsClient.connect(port);
    await client.startTls();
    await client.expect(220);
    await client.ask('USER demo', 331);
    await client.ask('PASS demo', 230);
    expect((await client.download('RETR a')).toString()).toBe('content');
    client.destroy();
  });

  it('says nothing to a client that speaks in clear', async () => {
    const { port } = await start({ isImplicit: true });
    const client = await TlsClient.connect(port);
    client.send('USER demo');
    await client.closed();
    await expect(client.reply()).rejects.toThrow('closed');
  });
});

describe('rules of TLS', () => {
  it('demand it before the login, for every command, and for data', async () => {
    const { port } = await start({
      rules: { requiresControlTls: true, requiresTlsToLogIn: true, dataTls: 'required' },
    });
    const client = await TlsClient.connect(port);
    await client.expect(220);
    for (const line of ['USER demo', 'NOOP', 'PBSZ 0', 'BLAH'])
      expect((await client.ask(line, 550)).text).toBe('SSL/TLS required on the control channel');
    for (const [line, code] of [
      ['SYST', 215],
      ['CLNT me', 200],
      ['FEAT', 211],
    ] as const)
      await client.ask(line, code);
    await client.ask('AUTH TLS', 234);
    await client.startTls();
    await client.ask('USER demo', 331);
    await client.ask('PASS demo', 230);
    await client.ask('EPSV', 229);
    await client.ask('LIST', 522);
    await client.ask('PROT C', 534);
    await client.ask('PROT P', 200);
    await client.ask('CCC', 534);
    await client.download('LIST');
    client.destroy();
  });

  it('may forbid private data connections', async () => {
    const { port } = await start({ rules: { dataTls: 'forbidden' } });
    const client = await TlsClient.secure(port);
    await client.ask('PROT P', 534);
    await client.ask('PROT C', 200);
    client.destroy();
  });
});

describe('a session in TLS', () => {
  it('ends when the client goes without a word', async () => {
    const server = await start();
    const client = await TlsClient.login(server.port);
    client.destroy();
    await until(() => server.server.sessions.count({}) === 0, 5000, 'the end of the session');
    expect(server.server.sessions.count({})).toBe(0);
  });

  it('gets its farewell and a close_notify at QUIT', async () => {
    const { port } = await start();
    const client = await TlsClient.login(port);
    const ended = once(client.secured, 'end');
    await client.ask('QUIT', 221);
    await within(ended, 3000, 'the end');
    client.destroy();
  });
});
