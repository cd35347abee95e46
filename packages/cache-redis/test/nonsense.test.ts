import { until } from '@ftpd/test-services';
import { describe, expect, test } from 'vitest';
import { answering } from './fake-server.ts';
import { bytes, codeOf, fakeServer, open, RECOVERY_MS, text } from './fault-setting.ts';

describe('a server that answers nonsense', () => {
  const pong = (words: readonly string[]): string | undefined =>
    words[0] === 'PING' ? '+PONG\r\n' : undefined;

  test.each<[string, string | Buffer]>([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['random bytes', Buffer.from('9c3fe1d2a700ff5b0d0a24', 'hex')],
    ['a length that is no number', '$1x\r\nabcdefghijklmnopqrstuvwxyz\r\n'],
    ['a length below -1', '$-7\r\n'],
    ['a string without its end', '$3\r\nabcdef\r\n'],
    ['a string longer than any of ours', '$99999999\r\nabc'],
    ['an array without end', '*4294967295\r\n'],
    ['arrays in arrays', '*1\r\n'.repeat(50)],
    ['a line without end', `+${'x'.repeat(100_000)}`],
    ['a number where a string belongs', ':12\r\n'],
    ['a list where a string belongs', '*1\r\n$1\r\na\r\n'],
  ])('%s is an error, never a value', async (_, nonsense) => {
    const server = await fakeServer(answering((words) => pong(words) ?? nonsense));
    const cache = open(server.port);
    expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_PROTOCOL');
  });

  test('too much: what was not asked for is no answer to the next call', async () => {
    const server = await fakeServer(answering((words) => pong(words) ?? '$5\r\nfirst\r\n$6\r\nsecond\r\n'));
    const cache = open(server.port);
    expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_PROTOCOL');
    expect(await codeOf(cache.get(bytes('x')))).not.toBe('none');
  });

  test('too much, a little later: the connection is dropped before anything else is asked', async () => {
    let count = 0;
    const server = await fakeServer(
      answering((words, socket) => {
        if (words[0] === 'GET') {
          count += 1;
          if (count === 1) setTimeout(() => socket.write('$6\r\nsecond\r\n'), 20);
        }
        return pong(words) ?? `$1\r\n${count}\r\n`;
      }),
    );
    const cache = open(server.port);
    expect(text(await cache.get(bytes('a')))).toBe('1');
    await until(() => server.connections() === 2, RECOVERY_MS, 'a second connection');
    expect(text(await cache.get(bytes('b')))).toBe('2');
  });

  test('an error text with control characters and our own words leaks neither', async () => {
    const log: string[] = [];
    const server = await fakeServer(
      answering((words) =>
        words[0] === 'AUTH'
          ? `-WRONGPASS \u001B[31m, with args beginning with: '${words[1]}'\r\n`
          : '+PONG\r\n',
      ),
    );
    const cache = open(server.port, log, { password: 'hidden' });
    expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_REFUSED');
    expect(log[0]).toMatch(/WRONGPASS \?\[31m$/);
  });
});
