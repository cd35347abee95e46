import { describe, expect, test } from 'vitest';
import { createRedisCache, type RedisCacheOptions } from './redis-cache.ts';
import { readTarget } from './target.ts';

const server = (host: string, port: number): object => ({ server: { host, port } });

describe('a URL', () => {
  test.each<[string, object]>([
    ['redis://cache.example', server('cache.example', 6379)],
    ['redis://10.0.0.1:6380', server('10.0.0.1', 6380)],
    ['redis://[2001:db8::1]:6380', server('2001:db8::1', 6380)],
    ['redis://[::1]', server('::1', 6379)],
    ['redis://cache/', server('cache', 6379)],
    ['redis://cache/3', { ...server('cache', 6379), database: 3 }],
    ['redis://secret@cache', { ...server('cache', 6379), password: 'secret' }],
    ['redis://:se:cr:et@cache', { ...server('cache', 6379), password: 'se:cr:et' }],
    ['redis://user:se:cr:et@cache', { ...server('cache', 6379), username: 'user', password: 'se:cr:et' }],
    ['redis://u%40x:%2F%3A%40%25@cache', { ...server('cache', 6379), username: 'u@x', password: '/:@%' }],
    ['redis+unix:///run/redis/redis.sock', { server: { path: '/run/redis/redis.sock' } }],
    [
      'redis+sentinel://a,b:1,[::1]:2/my%20master/4',
      {
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 1 },
          { host: '::1', port: 2 },
        ],
        masterName: 'my master',
        database: 4,
      },
    ],
    [
      'redis+cluster://:p@a,b:1',
      {
        cluster: [
          { host: 'a', port: 6379 },
          { host: 'b', port: 1 },
        ],
        password: 'p',
      },
    ],
  ])('%s', (url, options) => {
    expect(readTarget(url, {}).options).toEqual(options);
  });

  test.each([
    ['rediss://a', true, false],
    ['rediss+cluster://a', true, false],
    ['rediss+sentinel://a/m', true, true],
    ['redis://a', false, false],
    ['redis+sentinel://a/m', false, false],
  ])('%s uses TLS: %s, to the sentinels: %s', (url, usesTls, sentinelsUseTls) => {
    expect(readTarget(url, {})).toMatchObject({ usesTls, sentinelsUseTls });
  });

  test.each([
    'http://a',
    'redis:/a',
    'redis://',
    'redis://a:',
    'redis://a:123456',
    'redis://::1',
    'redis://a,b',
    'redis://a/x',
    'redis://a/0/1',
    'redis://a?db=1',
    'redis://a#1',
    'redis://%zz@a',
    'redis://u@a@b',
    'redis+unix://host/path',
    'redis+unix:///',
    'redis+sentinel://a',
    'redis+sentinel://a/m/0/1',
    'redis+cluster://a,',
    'redis+cluster://a/1',
  ])('%s is refused', (url) => {
    expect(() => readTarget(url, {})).toThrow(expect.objectContaining({ code: 'CACHE_BAD_OPTION' }) as Error);
  });

  test('that is refused is not repeated, for it may hold a password', () => {
    expect(() => readTarget('redis://:secret@a?x', {})).toThrow(/^(?!.*secret)/s);
  });
});

describe('options', () => {
  test('beside a URL', () => {
    expect(
      readTarget('rediss+sentinel://a/m', {
        username: 'u',
        password: 'a@b/c:d',
        'sentinel-username': 'su',
        'sentinel-password': 'sp',
        'sentinel-tls': 'off',
        'deadline-ms': '250',
        'connect-timeout-ms': '100',
        'silence-timeout-ms': '200',
        ca: '/ca.pem',
        'server-name': 'redis.example',
      }),
    ).toEqual({
      options: {
        sentinels: [{ host: 'a', port: 26_379 }],
        masterName: 'm',
        username: 'u',
        password: 'a@b/c:d',
        sentinelUsername: 'su',
        sentinelPassword: 'sp',
        deadlineMs: 250,
        connectTimeoutMs: 100,
        silenceTimeoutMs: 200,
      },
      usesTls: true,
      sentinelsUseTls: false,
      tlsFiles: { ca: '/ca.pem' },
      serverName: 'redis.example',
    });
  });

  test.each([
    [{ colour: 'red' }, /no option 'colour'/],
    [{ 'deadline-ms': '1s' }, /deadline-ms is a number/],
    [{ 'sentinel-tls': 'maybe' }, /sentinel-tls is on or off/],
  ])('%j are refused', (options, message) => {
    expect(() => readTarget('redis+sentinel://a/m', options as Record<string, string>)).toThrow(message);
  });

  test.each<[string, RedisCacheOptions]>([
    ['a port that is none', { server: { host: 'a', port: 0 } }],
    ['no host', { server: { host: '', port: 1 } }],
    ['no path', { server: { path: '' } }],
    ['no sentinel', { sentinels: [], masterName: 'm' }],
    ['no name of the master', { sentinels: [{ host: 'a', port: 1 }], masterName: '' }],
    ['no node', { cluster: [] }],
    ['a database of a cluster', { cluster: [{ host: 'a', port: 1 }], database: 1 }],
    ['a database that is none', { server: { host: 'a', port: 1 }, database: -1 }],
    ['a user without password', { server: { host: 'a', port: 1 }, username: 'u' }],
    ['a time that is none', { server: { host: 'a', port: 1 }, silenceTimeoutMs: 0 }],
    ['a deadline that is none', { server: { host: 'a', port: 1 }, deadlineMs: -1 }],
  ])('of the program: %s is refused', (_, options) => {
    expect(() => createRedisCache(options)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION' }) as Error,
    );
  });
});
