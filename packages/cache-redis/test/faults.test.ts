import { until } from '@ftpd/test-services';
import { describe, expect, test } from 'vitest';
import { answering, startProxy } from './fake-server.ts';
import {
  bytes,
  cleanups,
  codeOf,
  DEADLINE_MS,
  fakeServer,
  open,
  RECOVERY_MS,
  recovered,
  redisServer,
  SLACK_MS,
  text,
} from './fault-setting.ts';
import { startLoad } from './load.ts';

describe('a server that dies under load', () => {
  test('costs errors in time, no wrong value, and two lines of the log', async () => {
    const server = await redisServer();
    const log: string[] = [];
    const cache = open(server.port, log);
    await cache.set(bytes('ready'), bytes('yes'));
    const load = startLoad(cache);
    await server.process().stop('SIGKILL');
    await until(() => log.length > 0, RECOVERY_MS, 'a line of the log');
    await server.restart();
    await recovered(cache);
    const { slowestMs, wrong, failures } = await load.end();
    expect(wrong).toBe(0);
    expect(slowestMs).toBeLessThan(2 * DEADLINE_MS + SLACK_MS);
    expect([...failures.keys()]).toEqual(['CACHE_UNAVAILABLE']);
    expect(log).toHaveLength(2);
    expect(log[0]).toMatch(/^warning: redis: 127\.0\.0\.1:\d+ cannot be used: (connect|read) ECONN/);
    expect(log[1]).toMatch(/^notice: redis: 127\.0\.0\.1:\d+ answers again/);
  });

  test('gives an increment that it may have done no second time', async () => {
    const server = await redisServer();
    const proxy = await startProxy(server.port);
    cleanups.push(() => proxy.close());
    const cache = open(proxy.port);
    expect(await cache.increment(bytes('counted'), 1)).toBe(1);
    proxy.cutAfter(0);
    expect(await codeOf(cache.increment(bytes('counted'), 1))).toBe('CACHE_UNAVAILABLE');
    await recovered(cache);
    expect(await server.cli('get', 'counted')).toBe('2');
  });
});

describe('a server that is stopped', () => {
  test('costs one deadline once, then nothing, and comes back by itself', async () => {
    const server = await redisServer();
    const log: string[] = [];
    const cache = open(server.port, log);
    await cache.set(bytes('before'), bytes('1'));
    process.kill(server.process().pid, 'SIGSTOP');
    const startMs = performance.now();
    expect(await codeOf(cache.get(bytes('before')))).toMatch(/CACHE_(UNAVAILABLE|TIMEOUT)/);
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
    for (let turn = 0; turn < 100; turn += 1)
      expect(await codeOf(cache.get(bytes('before')))).toMatch(/CACHE_(UNAVAILABLE|TIMEOUT)/);
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
    process.kill(server.process().pid, 'SIGCONT');
    await recovered(cache);
    expect(text(await cache.get(bytes('before')))).toBe('1');
    expect(log).toHaveLength(2);
  });

  test('under load: no wrong value when it goes on, however late its answers are', async () => {
    const server = await redisServer();
    const cache = open(server.port);
    await cache.set(bytes('ready'), bytes('yes'));
    const load = startLoad(cache);
    for (const pauseMs of [100, 200, 350, 600]) {
      process.kill(server.process().pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      process.kill(server.process().pid, 'SIGCONT');
      await recovered(cache);
    }
    const { wrong, slowestMs, answers } = await load.end();
    expect(wrong).toBe(0);
    expect(slowestMs).toBeLessThan(2 * DEADLINE_MS + SLACK_MS);
    expect(answers).toBeGreaterThan(0);
  });

  test('is noticed by callers in a hurry without harm to the others', async () => {
    const server = await redisServer();
    const cache = open(server.port);
    await cache.set(bytes('before'), bytes('1'));
    process.kill(server.process().pid, 'SIGSTOP');
    const patient = cache.get(bytes('before'));
    expect(await codeOf(cache.get(bytes('before'), { deadlineMs: 20 }))).toBe('CACHE_TIMEOUT');
    process.kill(server.process().pid, 'SIGCONT');
    expect(text(await patient)).toBe('1');
  });
});

describe('a server that accepts and never answers', () => {
  test('costs one deadline once', async () => {
    const server = await fakeServer(() => {});
    const log: string[] = [];
    const cache = open(server.port, log);
    const startMs = performance.now();
    expect(await codeOf(cache.get(bytes('x')))).toMatch(/CACHE_(UNAVAILABLE|TIMEOUT)/);
    await until(() => log.length > 0, RECOVERY_MS, 'a line of the log');
    for (let turn = 0; turn < 100; turn += 1)
      expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_UNAVAILABLE');
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(log).toHaveLength(1);
  });

  test('gets nothing that was given up, when it answers at last', async () => {
    const commands: string[] = [];
    const greet: (() => void)[] = [];
    const server = await fakeServer(
      answering((words, socket) => {
        commands.push(words.join(' '));
        if (words[0] === 'PING') greet.push(() => socket.write('+PONG\r\n'));
        return words[0] === 'SET' ? '+OK\r\n' : undefined;
      }),
    );
    const cache = open(server.port, [], { connectTimeoutMs: 5_000 });
    expect(await codeOf(cache.set(bytes('late'), bytes('1'), { deadlineMs: 50 }))).toBe('CACHE_TIMEOUT');
    for (const each of greet) each();
    await cache.set(bytes('later'), bytes('2'), { deadlineMs: 5_000 });
    expect(commands).toEqual(['PING', 'SET later 2']);
  });

  test('fills no memory', async () => {
    const server = await fakeServer((socket) => {
      socket.once('data', () => {
        socket.write('+PONG\r\n');
        socket.pause();
      });
    });
    const cache = open(server.port, [], { silenceTimeoutMs: 30_000, deadlineMs: 30_000 });
    const value = Buffer.alloc(1_000_000);
    const results = Array.from({ length: 200 }, () => codeOf(cache.set(bytes('big'), value)));
    expect(await Promise.race(results)).toBe('CACHE_UNAVAILABLE');
    const refused = await Promise.race([Promise.all(results.slice(100)), Promise.all(results)]);
    expect(new Set(refused)).toEqual(new Set(['CACHE_UNAVAILABLE']));
    await cache.close();
  });
});

test('a reset in the middle of a value spoils that call and no later one', async () => {
  const server = await redisServer();
  const proxy = await startProxy(server.port);
  cleanups.push(() => proxy.close());
  const cache = open(proxy.port);
  const values = Array.from({ length: 20 }, (_, at) => Buffer.alloc(50_000, `${at}`));
  await Promise.all(values.map((value, at) => cache.set(bytes(`v${at}`), value)));
  for (const cut of [1, 5, 7, 30_000, 49_999]) {
    proxy.cutAfter(cut);
    expect(await codeOf(cache.get(bytes('v0')))).toBe('CACHE_UNAVAILABLE');
    await recovered(cache);
    const answers = await Promise.all(values.map((_, at) => cache.get(bytes(`v${at}`))));
    expect(answers.every((answer, at) => values[at]?.equals(answer ?? Buffer.alloc(0)))).toBe(true);
  }
});

test('a server without room answers CACHE_FULL and goes on answering', async () => {
  const server = await redisServer(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
  const cache = open(server.port);
  await cache.set(bytes('small'), bytes('1'));
  const value = Buffer.alloc(500_000);
  const codes: string[] = [];
  for (let at = 0; at < 12; at += 1) codes.push(await codeOf(cache.set(bytes(`big${at}`), value)));
  expect(codes).toContain('CACHE_FULL');
  // What is small finds room where large values do not, until there is none at all.
  await server.cli('config', 'set', 'maxmemory', '1');
  expect(await codeOf(cache.increment(bytes('counter'), 1))).toBe('CACHE_FULL');
  expect(await codeOf(cache.add(bytes('added'), bytes('1')))).toBe('CACHE_FULL');
  expect(text(await cache.get(bytes('small')))).toBe('1');
  for (let at = 0; at < 12; at += 1) await cache.delete(bytes(`big${at}`));
  await server.cli('config', 'set', 'maxmemory', '3mb');
  await cache.set(bytes('small'), bytes('2'));
});

test('a server that is loading its data is taken for one that is away', async () => {
  const server = await fakeServer(answering(() => '-LOADING Redis is loading the dataset in memory\r\n'));
  const log: string[] = [];
  const cache = open(server.port, log);
  expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_UNAVAILABLE');
  expect(log[0]).toContain('LOADING');
});

test('messages come again after the connection for them was lost, and listeners are told of the gap', async () => {
  const server = await redisServer();
  const cache = open(server.port);
  const heard: string[] = [];
  let gaps = 0;
  const stop = await cache.bus?.subscribe(
    'news',
    (message) => heard.push(text(message) as string),
    () => {
      gaps += 1;
    },
  );
  await cache.bus?.publish('news', bytes('one'));
  await until(() => heard.length === 1, RECOVERY_MS, 'the first message');
  await server.cli('client', 'kill', 'type', 'pubsub');
  await until(() => gaps === 1, RECOVERY_MS, 'a gap');
  await cache.bus?.publish('news', bytes('two'));
  await until(() => heard.length === 2, RECOVERY_MS, 'the second message');
  stop?.();
  await cache.bus?.publish('news', bytes('three'));
  await until(
    async () => (await server.cli('client', 'list', 'type', 'pubsub')) === '',
    RECOVERY_MS,
    'silence',
  );
  expect(heard).toEqual(['one', 'two']);
});

test('a cache that is closed ends its calls, connections and attempts', async () => {
  const server = await fakeServer(() => {});
  const cache = open(server.port);
  const waiting = codeOf(cache.get(bytes('x')));
  await until(() => server.connections() === 1, RECOVERY_MS, 'a connection');
  await cache.close();
  expect(await waiting).toBe('CACHE_CLOSED');
  expect(await codeOf(cache.get(bytes('x')))).toBe('CACHE_CLOSED');
});
