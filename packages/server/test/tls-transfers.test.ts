import { randomBytes } from 'node:crypto';
import type { SecureVersion } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { TlsClient } from './tls-client.ts';
import { useTlsServer } from './use-tls-server.ts';

const start = useTlsServer();

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
