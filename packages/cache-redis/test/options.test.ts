import { join } from 'node:path';
import { CacheError, type Cache } from '@ftpd/cache';
import {
  makeCertificates,
  removeFolder,
  startRedis,
  temporaryFolder,
  type RedisServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheDriver } from '../src/index.ts';

const opened: Cache[] = [];

async function open(url: string, options: Record<string, string> = {}, log: string[] = []): Promise<Cache> {
  const cache = await cacheDriver.connect({
    url,
    options: { 'deadline-ms': '5000', 'connect-timeout-ms': '3000', ...options },
    log: (severity, text) => log.push(`${severity}: ${text}`),
  });
  opened.push(cache);
  return cache;
}

const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();
const bytes = (value: string): Uint8Array => Buffer.from(value);

afterAll(async () => {
  await Promise.all(opened.map((cache) => cache.close()));
});

describe('a server without secrets', () => {
  let redis: RedisServer;
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    redis = await startRedis({ args: ['--unixsocket', join(folder, 'redis.sock')] });
  });
  afterAll(async () => {
    await redis.stop();
    removeFolder(folder);
  });

  test('keeps the databases apart', async () => {
    const [first, second] = await Promise.all([
      open(`redis://127.0.0.1:${redis.port}/1`),
      open(`redis://127.0.0.1:${redis.port}/2`),
    ]);
    await first.set(bytes('database'), bytes('one'));
    expect(await second.get(bytes('database'))).toBeUndefined();
    expect(text(await first.get(bytes('database')))).toBe('one');
    expect(await redis.cli('-n', '1', 'get', 'database')).toBe('one');
  });

  test('refuses a database that it does not have, and nothing is written into another', async () => {
    const cache = await open(`redis://127.0.0.1:${redis.port}/99`);
    await expect(cache.set(bytes('nowhere'), bytes('x'))).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
    expect(await redis.cli('exists', 'nowhere')).toBe('0');
  });

  test('is reached through its Unix socket', async () => {
    const cache = await open(`redis+unix://${join(folder, 'redis.sock')}`);
    await cache.set(bytes('by socket'), bytes('yes'));
    expect(await redis.cli('get', 'by socket')).toBe('yes');
  });

  test('takes a password that it does not ask for', async () => {
    const cache = await open(`redis://:secret@127.0.0.1:${redis.port}`);
    expect(await cache.get(bytes('nothing'))).toBeUndefined();
  });

  test('keeps times to the millisecond: a lifetime from now, and an absolute time as it was given', async () => {
    const cache = await open(`redis://127.0.0.1:${redis.port}`);
    await cache.set(bytes('from now'), bytes('x'), { ttlMs: 100_000 });
    await cache.set(bytes('absolute'), bytes('x'), { expiresAtMs: 2_000_000_000_123 });
    await cache.increment(bytes('counter'), 1, { expiresAtMs: 2_000_000_000_456 });
    expect(Number(await redis.cli('pttl', 'from now'))).toBeGreaterThan(50_000);
    expect(Number(await redis.cli('pttl', 'from now'))).toBeLessThanOrEqual(100_000);
    expect(await redis.cli('pexpiretime', 'absolute')).toBe('2000000000123');
    expect(await redis.cli('pexpiretime', 'counter')).toBe('2000000000456');
  });

  test('answers for a key of another program with CACHE_REFUSED', async () => {
    await redis.cli('rpush', 'list', 'a');
    const cache = await open(`redis://127.0.0.1:${redis.port}`);
    await expect(cache.get(bytes('list'))).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
    await expect(cache.increment(bytes('list'), 1)).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
  });

  test('that forgot its scripts is told them again', async () => {
    const cache = await open(`redis://127.0.0.1:${redis.port}`);
    expect(await cache.increment(bytes('scripted'), 1)).toBe(1);
    await redis.cli('script', 'flush');
    expect(await cache.increment(bytes('scripted'), 1)).toBe(2);
  });
});

describe('a server with users', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({
      args: [
        '--requirepass',
        'pass:with:colons',
        ...'--user ftpd on >se:cr/et@ ~ftp:* -@all +get +set +mget +del'.split(' '),
      ],
    });
  });
  afterAll(() => redis.stop());

  test('lets in who knows the password, which may hold colons', async () => {
    const cache = await open(`redis://:pass:with:colons@127.0.0.1:${redis.port}`);
    await cache.set(bytes('ftp:a'), bytes('1'));
    expect(text(await cache.get(bytes('ftp:a')))).toBe('1');
  });

  test('lets in a user with few rights', async () => {
    const url = `redis://ftpd:${encodeURIComponent('se:cr/et@')}@127.0.0.1:${redis.port}`;
    const log: string[] = [];
    const cache = await open(url, {}, log);
    await cache.set(bytes('ftp:b'), bytes('2'));
    expect(text(await cache.get(bytes('ftp:b')))).toBe('2');
    expect(await cache.getMany([bytes('ftp:b')])).toMatchObject([{ outcome: 'value' }]);
    // Other keys are refused, one by one, and the connection stays.
    await expect(cache.get(bytes('other'))).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
    await expect(cache.touch(bytes('ftp:b'), { ttlMs: 1000 })).rejects.toMatchObject({
      code: 'CACHE_REFUSED',
    });
    expect(text(await cache.get(bytes('ftp:b')))).toBe('2');
    expect(log.filter((line) => !line.startsWith('debug'))).toEqual([]);
  });

  test.each([
    ['no password', ''],
    ['a wrong password', ':wrong@'],
    ['an unknown user', 'nobody:pass@'],
  ])('refuses %s, in one line of the log that does not hold it', async (_, credentials) => {
    const log: string[] = [];
    const cache = await open(`redis://${credentials}127.0.0.1:${redis.port}`, {}, log);
    for (let turn = 0; turn < 3; turn += 1) {
      const error: unknown = await cache.get(bytes('ftp:a')).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CacheError);
      expect(error).toMatchObject({ code: 'CACHE_REFUSED' });
      expect(
        JSON.stringify({ ...(error as object), cause: { ...((error as Error).cause as object) } }),
      ).not.toContain('wrong');
    }
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^error: redis: 127\.0\.0\.1:\d+ cannot be used: (NOAUTH|WRONGPASS) /);
    expect(log[0]).not.toMatch(/:wrong|nobody:/);
  });
});

describe('a server with TLS', () => {
  let redis: RedisServer;
  let folder: string;
  let files: Awaited<ReturnType<typeof makeCertificates>>;
  beforeAll(async () => {
    folder = temporaryFolder();
    files = await makeCertificates(folder);
    redis = await startRedis({
      usesTls: true,
      args: [
        '--tls-cert-file',
        files.serverCert,
        '--tls-key-file',
        files.serverKey,
        '--tls-ca-cert-file',
        files.ca,
      ],
    });
  });
  afterAll(async () => {
    await redis.stop();
    removeFolder(folder);
  });

  test('is used with our certificate', async () => {
    const { ca, clientCert: cert, clientKey: key } = files;
    const cache = await open(`rediss://localhost:${redis.port}`, { ca, cert, key });
    await cache.set(bytes('over TLS'), bytes('yes'));
    expect(text(await cache.get(bytes('over TLS')))).toBe('yes');
    const heard: string[] = [];
    const stop = await cache.bus?.subscribe('news', (message) => heard.push(text(message) as string));
    await cache.bus?.publish('news', bytes('also messages'));
    await expect.poll(() => heard).toEqual(['also messages']);
    stop?.();
  });

  test('is not used if nobody vouches for it', async () => {
    const { clientCert: cert, clientKey: key } = files;
    const cache = await open(`rediss://localhost:${redis.port}`, { cert, key });
    await expect(cache.get(bytes('x'))).rejects.toMatchObject({
      code: 'CACHE_UNAVAILABLE',
      cause: { message: expect.stringContaining('certificate') as string },
    });
  });

  test('is not used under another name than its certificate has', async () => {
    const { ca, clientCert: cert, clientKey: key } = files;
    const cache = await open(`rediss://127.0.0.1:${redis.port}`, {
      ca,
      cert,
      key,
      'server-name': 'elsewhere',
    });
    await expect(cache.get(bytes('x'))).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  });

  test('turns away who has no certificate', async () => {
    const cache = await open(`rediss://localhost:${redis.port}`, { ca: files.ca });
    await expect(cache.get(bytes('x'))).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  });

  test('is not spoken to in the clear', async () => {
    const cache = await open(`redis://:secret@localhost:${redis.port}`);
    await expect(cache.get(bytes('x'))).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  });

  test('needs files that can be read', async () => {
    await expect(open('rediss://localhost', { ca: '/no/such/file' })).rejects.toMatchObject({
      code: 'CACHE_BAD_OPTION',
    });
  });
});
