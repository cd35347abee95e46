import { describe, expect, test } from 'vitest';
import { readClusterSlots, readRedirection } from './cluster-map.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('a map of slots', () => {
  test('names the master of each range; the server that was asked may not know its address', () => {
    expect(
      readClusterSlots([
        [0, 8191, [bytes('10.0.0.1'), 6379, bytes('id'), []], [bytes('10.0.0.2'), 6379, bytes('id')]],
        [8192, 16_383, [null, 6380, bytes('id'), []]],
      ]),
    ).toEqual([
      { first: 0, last: 8191, master: { host: '10.0.0.1', port: 6379 } },
      { first: 8192, last: 16_383, master: { host: '', port: 6380 } },
    ]);
  });

  test.each([
    ['no list', bytes('OK')],
    ['a range that is none', [bytes('x')]],
    ['a slot too high', [[0, 16_384, [bytes('a'), 1]]]],
    ['an end before its beginning', [[5, 4, [bytes('a'), 1]]]],
    ['no master', [[0, 1]]],
    ['a port that is none', [[0, 1, [bytes('a'), 65_536]]]],
    ['a host that is none', [[0, 1, [7, 1]]]],
  ])('with %s is refused', (_, reply) => {
    expect(() => readClusterSlots(reply)).toThrow(
      expect.objectContaining({ code: 'CACHE_PROTOCOL' }) as Error,
    );
  });
});

describe('a redirection', () => {
  test.each([
    ['MOVED 3999 127.0.0.1:6381', { slot: 3999, node: { host: '127.0.0.1', port: 6381 } }],
    ['ASK 0 redis-1.example:7000', { slot: 0, node: { host: 'redis-1.example', port: 7000 } }],
    ['MOVED 1 :6380', { slot: 1, node: { host: '', port: 6380 } }],
    ['MOVED 1 2001:db8::1:6380', { slot: 1, node: { host: '2001:db8::1', port: 6380 } }],
  ])('%s', (text, target) => {
    expect(readRedirection(text)).toEqual(target);
  });

  test.each([
    'MOVED',
    'MOVED x a:1',
    'MOVED 16384 a:1',
    'MOVED 1 a:0',
    'MOVED 1 a:70000',
    'MOVED __proto__ a:1',
    'ERR',
  ])('%s is none', (text) => {
    expect(readRedirection(text)).toBeUndefined();
  });
});
