import { isCacheError } from '@ftpd/cache';
import { describe, expect, it } from 'vitest';
import { parseTarget } from './target.ts';

const parse = (url: string, options: Record<string, string> = {}): unknown => parseTarget({ url, options });

describe('parseTarget', () => {
  it('reads servers with ports and weights', () => {
    expect(parse('memcache://one,two:11212,[2001:db8::1]:11213:5/')).toEqual({
      servers: [
        { host: 'one', port: 11211, weight: 1 },
        { host: 'two', port: 11212, weight: 1 },
        { host: '2001:db8::1', port: 11213, weight: 5 },
      ],
    });
  });

  it('reads the path of a socket', () => {
    expect(parse('memcache:///run/memcached.sock')).toEqual({
      servers: [{ host: '/run/memcached.sock', port: 0 }],
    });
  });

  it('reads a name and a password with any character in it', () => {
    expect(parse('memcaches://bob:p%40ss:word@one')).toEqual({
      servers: [{ host: 'one', port: 11211, weight: 1 }],
      tls: {},
      credentials: { username: 'bob', password: 'p@ss:word' },
    });
  });

  it('reads options from the query and beside the URL', () => {
    const options = { 'deadline-ms': '200', 'reads-from': 'any' };
    expect(parse('memcache://one?replicas=2&answer-timeout-ms=50', options)).toMatchObject({
      replicas: 2,
      answerTimeoutMs: 50,
      deadlineMs: 200,
      readsFrom: 'any',
    });
  });

  it.each([
    'redis://one',
    'memcache:one',
    'memcache://',
    'memcache://one:0',
    'memcache://one:65536',
    'memcache://one:1:0',
    'memcache://one:1:1:1',
    'memcache://one,,two',
    'memcache://one two',
    'memcache://one?replicas=x',
    'memcache://one?toString=1',
    'memcache://one?reads-from=nobody',
  ])('refuses %s', (url) => {
    let thrown: unknown;
    try {
      parse(url);
    } catch (error) {
      thrown = error;
    }
    expect(isCacheError(thrown, 'CACHE_BAD_OPTION')).toBe(true);
  });

  it('does not repeat a password in its refusal', () => {
    expect(() => parse('memcache://bob:se%cret@one')).toThrow(/%25/);
    expect(() => parse('memcache://bob:secret@')).not.toThrow(/secret/);
  });
});
