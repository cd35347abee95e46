import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { makeCertificates, removeFolder, temporaryFolder, within } from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, type TestServerOptions } from './start-server.ts';
import { TlsClient } from './tls-client.ts';
import { createTestTls, type TestTls, type TestTlsOptions } from './tls-port.ts';

let folder: string;
let context: TestTlsOptions['context'];
let running: TestServer | undefined;
let tls: TestTls | undefined;

beforeAll(async () => {
  folder = await temporaryFolder('tls');
  const { serverCert, serverKey } = await makeCertificates(folder);
  context = { cert: await readFile(serverCert), key: await readFile(serverKey) };
});

afterAll(() => removeFolder(folder));

afterEach(async () => {
  await running?.close();
  await tls?.close();
  running = undefined;
  tls = undefined;
});

async function start(
  options: Omit<TestTlsOptions, 'context'> = {},
  server: TestServerOptions = {},
): Promise<TestServer> {
  tls = createTestTls({ context, ...options });
  running = await startServer({ tls: tls.port, ...server });
  return running;
}

const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
const only = (version: SecureVersion): { minVersion: SecureVersion; maxVersion: SecureVersion } => ({
  minVersion: version,
  maxVersion: version,
});

const big = randomBytes(3_000_000);

describe.each(versions)('FTPS with %s', (version) => {
  it('does listings, uploads and downloads, three times over on one control connection', async () => {
    const { port } = await start();
    const client = await TlsClient.login(port, only(version));
    expect(client.secured.getProtocol()).toBe(version);
    for (let round = 0; round < 3; round++) {
      for (let listing = 0; listing < 3; listing++) await client.download('LIST');
      await client.upload('STOR big', big);
      expect((await client.download('RETR big')).equals(big)).toBe(true);
      expect((await client.download('LIST')).toString()).toContain('big');
    }
    client.destroy();
  });

  it('moves nothing at all, too', async () => {
    const { port } = await start();
    const client = await TlsClient.login(port, only(version));
    await client.upload('STOR empty', Buffer.alloc(0));
    expect((await client.download('RETR empty')).length).toBe(0);
    expect((await client.ask('SIZE empty', 213)).text).toBe('0');
    client.destroy();
  });

  it('takes an upload that ends without a close_notify', async () => {
    const { port } = await start();
    const client = await TlsClient.login(port, only(version));
    const raw = await client.openData();
    await client.ask('STOR cut', 150);
    const data = await client.secureData(raw);
    data.write('all of it', () => raw.end());
    data.resume();
    await client.expect(226);
    expect((await client.download('RETR cut')).toString()).toBe('all of it');
    client.destroy();
  });

  it('refuses a data connection that resumes nothing, and one that resumes the session of another', async () => {
    const { port, log } = await start({}, { files: { '/a': 'content' } });
    const client = await TlsClient.login(port, only(version));
    const other = await TlsClient.login(port, only(version));
    await other.download('LIST');
    const own = client.session;
    for (const session of [Buffer.alloc(0), other.session]) {
      const raw = await client.openData();
      await client.ask('RETR a', 150);
      const data = client.secureData(raw, session).catch(() => undefined);
      await client.expect(425);
      await data;
      raw.destroy();
    }
    expect(log.filter((line) => line.includes('TLS_NOT_RESUMED'))).toHaveLength(2);
    client.session = own;
    expect((await client.download('RETR a')).toString()).toBe('content');
    client.destroy();
    other.destroy();
  });

  it('leaves the file as it was when the data connection is refused', async () => {
    const { port } = await start({}, { files: { '/a': 'content' } });
    const client = await TlsClient.login(port, only(version));
    const raw = await client.openData();
    await client.ask('STOR a', 150);
    const data = client.secureData(raw, Buffer.alloc(0)).catch(() => undefined);
    await client.expect(425);
    await data;
    expect((await client.ask('SIZE a', 213)).text).toBe('7');
    client.destroy();
  });

  it('serves data connections without resumption where that is allowed', async () => {
    const { port } = await start({ requiresResumption: false }, { files: { '/a': 'content' } });
    const client = await TlsClient.login(port, only(version));
    client.session = undefined;
    const raw = await client.openData();
    await client.ask('RETR a', 150);
    const data = await client.secureData(raw, Buffer.alloc(0));
    let text = '';
    for await (const chunk of data) text += String(chunk);
    expect(text).toBe('content');
    await client.expect(226);
    client.destroy();
  });

  it('resumes a control connection, and binds its data connections to it', async () => {
    const { port } = await start({}, { files: { '/a': 'content' } });
    const first = await TlsClient.login(port, only(version));
    await first.download('LIST');
    const { session } = first;
    first.destroy();
    const second = await TlsClient.login(port, { ...only(version), ...(session ? { session } : {}) });
    expect(second.secured.isSessionReused()).toBe(true);
    second.session ??= session;
    for (let round = 0; round < 3; round++)
      expect((await second.download('RETR a')).toString()).toBe('content');
    second.destroy();
  });

  it('ends a transfer by ABOR, and does the next one', async () => {
    const { port } = await start({}, { files: { '/big': randomBytes(20_000_000) } });
    const client = await TlsClient.login(port, only(version));
    const raw = await client.openData();
    await client.ask('RETR big', 150);
    const data = await client.secureData(raw);
    data.pause();
    client.send('ABOR');
    await client.expect(426);
    await client.expect(226);
    data.destroy();
    expect((await client.download('RETR big')).length).toBe(20_000_000);
    client.destroy();
  });
});

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
    const { port } = await start({ names: ['localhost'] });
    await expect(TlsClient.secure(port, { servername: 'elsewhere.example' })).rejects.toThrow();
    const client = await TlsClient.secure(port, { servername: 'LocalHost' });
    expect(running!.server.sessions.count({})).toBe(1);
    client.destroy();
  });

  it('is unknown, with all that belongs to it, where no TLS is spoken', async () => {
    running = await startServer();
    const client = await running.connect();
    for (const line of ['AUTH TLS', 'PBSZ 0', 'PROT P', 'CCC']) await client.ask(line, 500);
    const features = await client.ask('FEAT', 211);
    expect(features.text).not.toContain('AUTH');
    await client.quit();
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
    await within(
      (async () => {
        while (server.server.sessions.count({}) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      })(),
      3000,
      'the end of the session',
    );
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
