import {
  removeFolder,
  runProgram,
  startMemcached,
  temporaryFolder,
  type TestMemcached,
} from '@ftpd/test-services';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPasswordDaemon, type PasswordDaemon } from './sasl-passwords.ts';
import { cacheDriver, createMemcacheCache, type MemcacheCache, type MemcacheOptions } from '../src/index.ts';

let folder: string;
let server: TestMemcached | undefined;
let cache: MemcacheCache | undefined;

beforeAll(() => {
  folder = temporaryFolder('ftpd-memcache-');
});

afterAll(() => removeFolder(folder));

afterEach(async () => {
  await cache?.close();
  await server?.stop();
});

const key = Buffer.from('key');
const large = Buffer.alloc(300_000, 'large');

async function expectService(options: MemcacheOptions): Promise<void> {
  cache = createMemcacheCache({ connectTimeoutMs: 5000, deadlineMs: 10_000, ...options });
  await cache.set(key, large);
  expect(Buffer.compare((await cache.get(key))!, large)).toBe(0);
}

describe('a Unix socket', () => {
  it('serves as a port does', async () => {
    const host = join(folder, 'memcached.sock');
    server = await startMemcached({ socketPath: host });
    await expectService({ servers: [{ host }] });
  });
});

describe('TLS', () => {
  const start = async (): Promise<Buffer> => {
    const [certificate, secret] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const request =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
    const { code, output } = await runProgram('openssl', [
      ...request.split(' '),
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      secret,
      '-out',
      certificate,
    ]);
    if (code !== 0) throw new Error(output);
    server = await startMemcached({
      args: ['-Z', '-o', `ssl_chain_cert=${certificate},ssl_key=${secret}`],
    });
    return readFileSync(certificate);
  };

  it('serves whom it can prove itself to', async () => {
    const ca = await start();
    await expectService({ servers: [server!], tls: { ca } });
  });

  it('refuses a server whose certificate nobody trusts', async () => {
    await start();
    const lines: string[] = [];
    cache = createMemcacheCache({
      servers: [server!],
      tls: {},
      connectTimeoutMs: 5000,
      deadlineMs: 10_000,
      log: (_, text) => lines.push(text),
    });
    await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
    expect(lines[0]).toContain('self-signed certificate');
  });
});

describe('SASL', () => {
  let passwords: PasswordDaemon;

  beforeAll(async () => {
    const socketPath = join(folder, 'passwords.sock');
    passwords = await startPasswordDaemon(socketPath, 'bob', 's3cret:word');
    const lines = ['mech_list: plain', 'pwcheck_method: saslauthd', `saslauthd_path: ${socketPath}`];
    writeFileSync(join(folder, 'memcached.conf'), `${lines.join('\n')}\n`);
  });

  afterAll(() => passwords.stop());

  const start = async (): Promise<void> => {
    server = await startMemcached({ args: ['-S'], env: { ...process.env, SASL_CONF_PATH: folder } });
  };

  it('takes the name and password that it knows', async () => {
    await start();
    await expectService({ servers: [server!], credentials: { username: 'bob', password: 's3cret:word' } });
  });

  it.each([
    ['a wrong password', { username: 'bob', password: 'wrong' }],
    ['no password', undefined],
  ])('refuses %s, and says so once', async (_, credentials) => {
    await start();
    const lines: string[] = [];
    cache = createMemcacheCache({
      servers: [server!],
      ...(credentials === undefined ? {} : { credentials }),
      log: (__, text) => lines.push(text),
    });
    await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
    await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('wrong');
  });
});

describe('cacheDriver', () => {
  it('connects to what a URL names', async () => {
    server = await startMemcached();
    const made = await cacheDriver.connect({ url: `memcache://127.0.0.1:${server.port}`, options: {} });
    await made.set(key, large);
    expect(Buffer.compare((await made.get(key))!, large)).toBe(0);
    await made.close();
  });
});
